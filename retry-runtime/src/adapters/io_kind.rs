//! Classification of an `io::Error` by its kind.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::string::ToString;

use crate::Class;
use crate::adapters::classification::Classification;
use crate::adapters::source_chain;

/// Prefix of the text of a failed name lookup.
///
/// The error has neither a stable kind nor a code.
const LOOKUP_FAILED: &str = "failed to lookup address information";

/// Returns the classification of the kind, or `None` for `Other`.
pub(super) fn classify(error: &(dyn Error + 'static)) -> Option<Classification> {
    let error = source_chain::downcast::<io::Error>(error)?;
    let class = match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Class::Timeout,
        ErrorKind::ConnectionRefused | ErrorKind::AddrNotAvailable => Class::Connect,
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected
        | ErrorKind::UnexpectedEof
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown => Class::Disconnected,
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => Class::Unavailable,
        ErrorKind::Deadlock => Class::Conflict,
        ErrorKind::InvalidData => Class::Malformed,
        ErrorKind::Other => return None,
        _ if is_failed_lookup(error) => Class::Connect,
        _ => Class::Permanent,
    };
    Some(Classification::from_class(class))
}

fn is_failed_lookup(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.to_string().starts_with(LOOKUP_FAILED))
}
