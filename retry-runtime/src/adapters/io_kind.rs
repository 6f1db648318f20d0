//! Classification of an `io::Error` by its kind.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::string::ToString;

use crate::Class;
use crate::adapters::classification::Classification;
use crate::adapters::os_errors;
use crate::adapters::source_chain;

/// Prefix of the text of a failed name lookup.
///
/// The error has neither a stable kind nor a code.
const LOOKUP_FAILED: &str = "failed to lookup address information";

/// Returns the classification of an `io::Error`, or `None` for `Other`.
///
/// The number of the operating system counts before the kind.
pub(super) fn classify(error: &(dyn Error + 'static)) -> Option<Classification> {
    let error = source_chain::downcast::<io::Error>(error)?;
    if error.kind() == ErrorKind::Other {
        return None;
    }
    let class = error
        .raw_os_error()
        .and_then(os_errors::class)
        .or_else(|| class_of_kind(error.kind()))
        .unwrap_or_else(|| if is_failed_lookup(error) { Class::Connect } else { Class::Permanent });
    Some(Classification::from_class(class))
}

/// Returns the class of a kind that may pass; `None` for all others.
pub(super) fn class_of_kind(kind: ErrorKind) -> Option<Class> {
    match kind {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Some(Class::Timeout),
        ErrorKind::ConnectionRefused | ErrorKind::AddrNotAvailable => Some(Class::Connect),
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::NotConnected
        | ErrorKind::UnexpectedEof
        | ErrorKind::HostUnreachable
        | ErrorKind::NetworkUnreachable
        | ErrorKind::NetworkDown => Some(Class::Disconnected),
        ErrorKind::ResourceBusy | ErrorKind::ExecutableFileBusy => Some(Class::Unavailable),
        ErrorKind::Deadlock | ErrorKind::StaleNetworkFileHandle => Some(Class::Conflict),
        ErrorKind::InvalidData => Some(Class::Malformed),
        _ => None,
    }
}

fn is_failed_lookup(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.to_string().starts_with(LOOKUP_FAILED))
}
