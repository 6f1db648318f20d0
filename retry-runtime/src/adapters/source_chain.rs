//! The source chain of an error.

use core::iter::successors;
use std::boxed::Box;
use std::error::Error;
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

fn next<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    // The `source` of an `Arc` skips the error inside it, too.
    if let Some(shared) = error.downcast_ref::<Arc<dyn Error + Send + Sync>>() {
        return Some(&**shared);
    }
    match downcast::<std::io::Error>(error) {
        // The `source` of an `io::Error` skips the error inside it and returns that error's source.
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    }
}
