//! The source chain of an error.

use core::iter::successors;
use std::boxed::Box;
use std::error::Error;
#[cfg(any(feature = "reqwest", feature = "tonic"))]
use std::io::ErrorKind;
use std::sync::Arc;

/// Length at which a chain is assumed to be a circle.
const MAX_LENGTH: usize = 64;

/// Returns the error and its sources, from outside to inside.
pub(crate) fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |error| next(*error)).take(MAX_LENGTH)
}

/// Returns `error` as a `T`, also if it is a `Box<T>` or an `Arc<T>`.
pub(crate) fn downcast<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    error
        .downcast_ref::<T>()
        .or_else(|| error.downcast_ref::<Box<T>>().map(AsRef::as_ref))
        .or_else(|| error.downcast_ref::<Arc<T>>().map(AsRef::as_ref))
}

/// Returns whether another attempt to connect would fail in the same way.
///
/// The reason is the peer's certificate or protocol, an address, a firewall, or an operation that the system does not
/// support.
#[cfg(any(feature = "reqwest", feature = "tonic"))]
pub(crate) fn is_permanent_connect_error(error: &(dyn Error + 'static)) -> bool {
    chain(error).find_map(downcast::<std::io::Error>).is_some_and(|io| {
        matches!(
            io.kind(),
            ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::PermissionDenied | ErrorKind::Unsupported
        )
    })
}

fn next<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match downcast::<std::io::Error>(error) {
        // The `source` of an `io::Error` skips the error inside it and returns that error's source.
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    }
}
