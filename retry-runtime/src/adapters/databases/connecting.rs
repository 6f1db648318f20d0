//! Class of a connection that could not be made.

use std::error::Error;

use crate::Class;
use crate::adapters::{connect_fault, known_errors};

/// Returns the class of a failure of the socket, before there was a session.
///
/// No statement was sent. `Permanent` if another attempt would fail in the same way.
pub(super) fn class(error: &(dyn Error + 'static)) -> Class {
    if connect_fault::is_permanent(error) { Class::Permanent } else { Class::Connect }
}

/// Returns the class of a TLS handshake that failed.
///
/// Only a known error of the socket below may pass; a server without TLS and a wrong name stay.
pub(super) fn class_of_tls(error: &(dyn Error + 'static)) -> Class {
    match known_errors::class(error) {
        Class::Permanent => Class::Permanent,
        _ => class(error),
    }
}
