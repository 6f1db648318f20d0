//! The classes of `std::io::Error`.

use std::io::{Error, ErrorKind, Read};
use std::net::{TcpListener, TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;

use retry_runtime::{Class, Classify};

const BY_KIND: &[(ErrorKind, Class)] = &[
    (ErrorKind::TimedOut, Class::Timeout),
    (ErrorKind::WouldBlock, Class::Timeout),
    (ErrorKind::ConnectionRefused, Class::Connect),
    (ErrorKind::AddrNotAvailable, Class::Connect),
    (ErrorKind::ConnectionReset, Class::Disconnected),
    (ErrorKind::ConnectionAborted, Class::Disconnected),
    (ErrorKind::BrokenPipe, Class::Disconnected),
    (ErrorKind::NotConnected, Class::Disconnected),
    (ErrorKind::UnexpectedEof, Class::Disconnected),
    (ErrorKind::HostUnreachable, Class::Disconnected),
    (ErrorKind::NetworkUnreachable, Class::Disconnected),
    (ErrorKind::NetworkDown, Class::Disconnected),
    (ErrorKind::ResourceBusy, Class::Unavailable),
    (ErrorKind::ExecutableFileBusy, Class::Unavailable),
    (ErrorKind::Deadlock, Class::Conflict),
    (ErrorKind::StaleNetworkFileHandle, Class::Conflict),
    (ErrorKind::InvalidData, Class::Malformed),
    (ErrorKind::Interrupted, Class::Permanent),
    (ErrorKind::InvalidInput, Class::Permanent),
    (ErrorKind::NotFound, Class::Permanent),
    (ErrorKind::PermissionDenied, Class::Permanent),
    (ErrorKind::AddrInUse, Class::Permanent),
    (ErrorKind::AlreadyExists, Class::Permanent),
    (ErrorKind::StorageFull, Class::Permanent),
    (ErrorKind::QuotaExceeded, Class::Permanent),
    (ErrorKind::OutOfMemory, Class::Permanent),
    (ErrorKind::Unsupported, Class::Permanent),
    (ErrorKind::WriteZero, Class::Permanent),
    (ErrorKind::Other, Class::Permanent),
];

#[test]
fn a_kind_has_its_class() {
    for &(kind, class) in BY_KIND {
        assert_eq!(Error::from(kind).class(), class, "{kind:?}");
        assert_eq!(Error::new(kind, "text").class(), class, "{kind:?} with a text");
        assert_eq!(Error::from(kind).retry_after(), None);
    }
}

#[test]
fn a_kind_that_tells_outranks_what_is_inside() {
    let inner = Error::from(ErrorKind::ConnectionReset);
    assert_eq!(Error::new(ErrorKind::PermissionDenied, inner).class(), Class::Permanent);
}

#[test]
fn the_kind_other_lets_what_is_inside_answer() {
    let reset = || Error::from(ErrorKind::ConnectionReset);
    assert_eq!(Error::other(reset()).class(), Class::Disconnected);
    assert_eq!(Error::other(Error::other(Error::other(reset()))).class(), Class::Disconnected);
    assert_eq!(Error::other(Box::new(reset())).class(), Class::Disconnected);
    assert_eq!(Error::other(Arc::new(Error::other(reset()))).class(), Class::Disconnected);
    assert_eq!(Error::other("text").class(), Class::Permanent);
}

#[test]
fn a_refused_connection_is_connect() {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    assert_eq!(TcpStream::connect(address).unwrap_err().class(), Class::Connect);
}

#[test]
fn a_name_that_is_not_found_is_connect() {
    let error = "no-such-host.invalid:80".to_socket_addrs().unwrap_err();
    assert_eq!(error.class(), Class::Connect, "{error:?}");
}

#[test]
fn a_read_that_takes_too_long_is_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut stream = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap_err().class(), Class::Timeout);
}

/// What a socket or a file of a network can fail with on Linux.
#[cfg(target_os = "linux")]
const BY_NUMBER: &[(i32, &str, Class)] = &[
    (4, "EINTR", Class::Permanent),
    (5, "EIO", Class::Permanent),
    (11, "EAGAIN", Class::Timeout),
    (12, "ENOMEM", Class::Permanent),
    (16, "EBUSY", Class::Unavailable),
    (23, "ENFILE", Class::Unavailable),
    (24, "EMFILE", Class::Unavailable),
    (26, "ETXTBSY", Class::Unavailable),
    (32, "EPIPE", Class::Disconnected),
    (35, "EDEADLK", Class::Conflict),
    (62, "ETIME", Class::Timeout),
    (64, "ENONET", Class::Disconnected),
    (67, "ENOLINK", Class::Disconnected),
    (70, "ECOMM", Class::Disconnected),
    (71, "EPROTO", Class::Permanent),
    (98, "EADDRINUSE", Class::Permanent),
    (99, "EADDRNOTAVAIL", Class::Connect),
    (100, "ENETDOWN", Class::Disconnected),
    (101, "ENETUNREACH", Class::Disconnected),
    (102, "ENETRESET", Class::Disconnected),
    (103, "ECONNABORTED", Class::Disconnected),
    (104, "ECONNRESET", Class::Disconnected),
    (105, "ENOBUFS", Class::Unavailable),
    (107, "ENOTCONN", Class::Disconnected),
    (108, "ESHUTDOWN", Class::Disconnected),
    (110, "ETIMEDOUT", Class::Timeout),
    (111, "ECONNREFUSED", Class::Connect),
    (112, "EHOSTDOWN", Class::Disconnected),
    (113, "EHOSTUNREACH", Class::Disconnected),
    (114, "EALREADY", Class::Permanent),
    (115, "EINPROGRESS", Class::Permanent),
    (116, "ESTALE", Class::Conflict),
    (121, "EREMOTEIO", Class::Permanent),
    (122, "EDQUOT", Class::Permanent),
    (125, "ECANCELED", Class::Permanent),
];

#[cfg(target_os = "linux")]
#[test]
fn an_error_of_the_system_has_its_class_also_without_a_stable_kind() {
    for &(number, name, class) in BY_NUMBER {
        let error = || Error::from_raw_os_error(number);
        assert_eq!(error().class(), class, "{name}");
        assert_eq!(Error::other(error()).class(), class, "{name} in another");
    }
}
