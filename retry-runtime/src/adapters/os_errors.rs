//! Classes of operating system errors that have no stable `ErrorKind`.

use crate::Class;

/// Returns the class of an error number of the operating system.
pub(super) fn class(number: i32) -> Option<Class> {
    TABLE.iter().find(|(known, _)| *known == number).map(|(_, class)| *class)
}

/// Numbers of Linux, except on the processors whose numbers differ.
#[cfg(all(
    any(target_os = "linux", target_os = "android"),
    not(any(
        target_arch = "mips",
        target_arch = "mips64",
        target_arch = "mips32r6",
        target_arch = "mips64r6",
        target_arch = "sparc",
        target_arch = "sparc64"
    ))
))]
const TABLE: &[(i32, Class)] = &[
    (23, Class::Unavailable),   // ENFILE
    (24, Class::Unavailable),   // EMFILE
    (62, Class::Timeout),       // ETIME
    (64, Class::Disconnected),  // ENONET
    (67, Class::Disconnected),  // ENOLINK
    (70, Class::Disconnected),  // ECOMM
    (102, Class::Disconnected), // ENETRESET
    (105, Class::Unavailable),  // ENOBUFS
    (108, Class::Disconnected), // ESHUTDOWN
    (112, Class::Disconnected), // EHOSTDOWN
    (116, Class::Conflict),     // ESTALE
];

/// Numbers of macOS and the BSDs.
#[cfg(any(
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "dragonfly",
    target_os = "netbsd",
    target_os = "openbsd"
))]
const TABLE: &[(i32, Class)] = &[
    (23, Class::Unavailable),  // ENFILE
    (24, Class::Unavailable),  // EMFILE
    (52, Class::Disconnected), // ENETRESET
    (55, Class::Unavailable),  // ENOBUFS
    (58, Class::Disconnected), // ESHUTDOWN
    (64, Class::Disconnected), // EHOSTDOWN
    (70, Class::Conflict),     // ESTALE
];

/// Numbers of Windows: files, then sockets.
#[cfg(windows)]
const TABLE: &[(i32, Class)] = &[
    (4, Class::Unavailable),      // ERROR_TOO_MANY_OPEN_FILES
    (10024, Class::Unavailable),  // WSAEMFILE
    (10052, Class::Disconnected), // WSAENETRESET
    (10055, Class::Unavailable),  // WSAENOBUFS
    (10058, Class::Disconnected), // WSAESHUTDOWN
    (10064, Class::Disconnected), // WSAEHOSTDOWN
    (10070, Class::Conflict),     // WSAESTALE
];

#[cfg(not(any(
    all(
        any(target_os = "linux", target_os = "android"),
        not(any(
            target_arch = "mips",
            target_arch = "mips64",
            target_arch = "mips32r6",
            target_arch = "mips64r6",
            target_arch = "sparc",
            target_arch = "sparc64"
        ))
    ),
    target_vendor = "apple",
    target_os = "freebsd",
    target_os = "dragonfly",
    target_os = "netbsd",
    target_os = "openbsd",
    windows
)))]
const TABLE: &[(i32, Class)] = &[];
