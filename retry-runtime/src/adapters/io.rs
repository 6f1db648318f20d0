//! The classes of `std::io::Error`.

use core::time::Duration;
use std::error::Error;
use std::io::{self, ErrorKind};
use std::string::ToString;

use crate::adapters::chain::{self, Known};
use crate::{Class, Classify};

/// How std begins the text of a failed name lookup; the error has neither a stable kind nor a code to tell it by.
const LOOKUP_FAILED: &str = "failed to lookup address information";

/// By the error's kind:
///
/// | class | kinds |
/// |---|---|
/// | `Timeout` | `TimedOut`; `WouldBlock`, which is how Unix reports the end of [`set_read_timeout`] |
/// | `Connect` | `ConnectionRefused`, `AddrNotAvailable` (nothing was sent for want of an address or a port), a failed name lookup |
/// | `Disconnected` | `ConnectionReset`, `ConnectionAborted`, `BrokenPipe`, `NotConnected`, `UnexpectedEof`, `HostUnreachable`, `NetworkUnreachable`, `NetworkDown` |
/// | `Unavailable` | `ResourceBusy`, `ExecutableFileBusy` |
/// | `Conflict` | `Deadlock` |
/// | `Malformed` | `InvalidData` |
/// | `Permanent` | all others; among them `Interrupted`, which std's own loops repeat where that is right and which is how a cancelled call ends, and `StorageFull`, `QuotaExceeded` |
///
/// A host or a network can become unreachable while an answer is awaited: Linux reports the last ICMP message in
/// place of `TimedOut` on an established connection ([`tcp(7)`]). What was asked may then have happened, so these are
/// no proof as `Connect` is one.
///
/// The kind `Other` says nothing: then the first known error inside, or in the chain of sources from there, gives the
/// class, the hint and whether the server gave up.
///
/// ```
/// use std::io::{Error, ErrorKind};
/// use retry_runtime::{Class, Classify};
///
/// assert_eq!(Error::from(ErrorKind::BrokenPipe).class(), Class::Disconnected);
/// assert_eq!(Error::other(Error::from(ErrorKind::TimedOut)).class(), Class::Timeout);
/// assert_eq!(Error::from(ErrorKind::PermissionDenied).class(), Class::Permanent);
/// ```
///
/// [`set_read_timeout`]: std::net::TcpStream::set_read_timeout
/// [`tcp(7)`]: https://man7.org/linux/man-pages/man7/tcp.7.html
impl Classify for io::Error {
    fn class(&self) -> Class {
        chain::class_of_chain(self)
    }

    fn retry_after(&self) -> Option<Duration> {
        chain::hint_of_chain(self)
    }

    fn gave_up(&self) -> bool {
        chain::gave_up_of_chain(self)
    }
}

/// What the kind alone says; nothing for a kind that says nothing.
pub(super) fn known(error: &(dyn Error + 'static)) -> Option<Known> {
    let error = chain::downcast::<io::Error>(error)?;
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
    Some(Known::of_class(class))
}

fn is_failed_lookup(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.to_string().starts_with(LOOKUP_FAILED))
}
