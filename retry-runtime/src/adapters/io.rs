//! Classes of `std::io::Error`.

use core::time::Duration;
use std::io;

use crate::adapters::known_errors;
use crate::{Class, Classify};

/// Class of the error's kind:
///
/// | class | kinds |
/// |---|---|
/// | `Timeout` | `TimedOut`; `WouldBlock`, which is how Unix reports the end of [`set_read_timeout`]; `ETIME` |
/// | `Connect` | `ConnectionRefused`, `AddrNotAvailable` (nothing was sent, because no address or port was free), a failed name lookup |
/// | `Disconnected` | `ConnectionReset`, `ConnectionAborted`, `BrokenPipe`, `NotConnected`, `UnexpectedEof`, `HostUnreachable`, `NetworkUnreachable`, `NetworkDown`, `EHOSTDOWN`, `ENETRESET`, `ESHUTDOWN`, `ENONET`, `ENOLINK`, `ECOMM` |
/// | `Unavailable` | `ResourceBusy`, `ExecutableFileBusy`, `EMFILE`, `ENFILE`, `ENOBUFS` |
/// | `Conflict` | `Deadlock`, `StaleNetworkFileHandle` (`ESTALE`) |
/// | `Malformed` | `InvalidData` |
/// | `Permanent` | all others, among them `StorageFull`, `QuotaExceeded`, and `Interrupted`: std's own loops repeat it where that is right, and a cancelled call ends with it |
///
/// A host or a network can become unreachable while a response is awaited: Linux reports the last ICMP message instead of
/// `TimedOut` on an established connection ([`tcp(7)`]). The request may then have been processed, so these kinds are not
/// `Connect`.
///
/// A name such as `EHOSTDOWN` is an error of the operating system without a stable kind, recognized by its number.
/// File descriptors (`EMFILE`, `ENFILE`) and buffers (`ENOBUFS`) run out while other work holds them; that proves nothing
/// about a request, so they are not `Connect`. A stale file handle of a network file system (`ESTALE`) means that another
/// client replaced or removed the file: an attempt that opens the path again succeeds.
///
/// The kind `Other` has no class. The first known error inside it, or in the source chain from there, determines the class,
/// the server hint, and whether the server gave up.
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
        known_errors::class(self)
    }

    fn retry_after(&self) -> Option<Duration> {
        known_errors::retry_after(self)
    }

    fn gave_up(&self) -> bool {
        known_errors::gave_up(self)
    }

    /// Returns true only if a known error inside is final.
    ///
    /// A disk that is full or a file that is missing may be there tomorrow.
    fn is_final(&self) -> bool {
        known_errors::is_final(self)
    }
}
