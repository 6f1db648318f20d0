//! The class of an error whose type is not known, by its source chain.

use core::iter::successors;
use core::time::Duration;
use std::boxed::Box;
use std::error::Error;
#[cfg(any(feature = "reqwest", feature = "tonic"))]
use std::io::ErrorKind;
use std::sync::Arc;

use crate::adapters::{Classified, io};
use crate::{Class, Classify, Stopped};

/// A chain longer than this is taken for a circle.
const LONGEST: usize = 64;

/// What a known error answers, as [`Classify`] has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) class: Class,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) gave_up: bool,
}

impl Known {
    pub(crate) fn of(error: &impl Classify) -> Self {
        Self { class: error.class(), retry_after: error.retry_after(), gave_up: error.gave_up() }
    }

    pub(crate) const fn of_class(class: Class) -> Self {
        Self { class, retry_after: None, gave_up: false }
    }
}

/// One known type each: its answer, if the error is of that type.
const KNOWN: &[fn(&(dyn Error + 'static)) -> Option<Known>] = &[
    io::known,
    ask::<Classified>,
    ask::<Stopped>,
    #[cfg(feature = "tokio")]
    ask::<::tokio::time::error::Elapsed>,
    #[cfg(feature = "http")]
    ask::<crate::http::StatusError>,
    #[cfg(feature = "tonic")]
    ask::<::tonic::Status>,
    #[cfg(feature = "tonic")]
    ask::<::tonic::ConnectError>,
    #[cfg(feature = "tonic")]
    ask::<::tonic::TimeoutExpired>,
    #[cfg(feature = "hyper")]
    ask::<::hyper::Error>,
    #[cfg(feature = "reqwest")]
    ask::<::reqwest::Error>,
];

/// The answer of the first error in the chain that is of a known type, beginning with `error` itself.
pub(crate) fn of_chain(error: &(dyn Error + 'static)) -> Option<Known> {
    links(error).find_map(|link| KNOWN.iter().find_map(|known| known(link)))
}

/// The class of the first known error in the chain; `Permanent` if there is none.
pub(crate) fn class_of_chain(error: &(dyn Error + 'static)) -> Class {
    of_chain(error).map_or(Class::Permanent, |known| known.class)
}

/// The hint of the first known error in the chain.
pub(crate) fn hint_of_chain(error: &(dyn Error + 'static)) -> Option<Duration> {
    of_chain(error).and_then(|known| known.retry_after)
}

/// Whether an operation of the server's had given up, by the first known error in the chain.
pub(crate) fn gave_up_of_chain(error: &(dyn Error + 'static)) -> bool {
    of_chain(error).is_some_and(|known| known.gave_up)
}

/// The error itself, and then what caused each in turn.
pub(crate) fn links<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    successors(Some(error), |link| next(*link)).take(LONGEST)
}

/// `error` as a `T`, also behind a `Box` or an `Arc`, which are links of their own.
pub(crate) fn downcast<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    error
        .downcast_ref::<T>()
        .or_else(|| error.downcast_ref::<Box<T>>().map(AsRef::as_ref))
        .or_else(|| error.downcast_ref::<Arc<T>>().map(AsRef::as_ref))
}

/// Whether the next attempt to connect is bound to fail as this one did: by the peer's certificate or protocol, an
/// address or a firewall, or because the system cannot do it.
#[cfg(any(feature = "reqwest", feature = "tonic"))]
pub(crate) fn is_hopeless(error: &(dyn Error + 'static)) -> bool {
    links(error).find_map(downcast::<std::io::Error>).is_some_and(|io| {
        matches!(
            io.kind(),
            ErrorKind::InvalidData | ErrorKind::InvalidInput | ErrorKind::PermissionDenied | ErrorKind::Unsupported
        )
    })
}

fn next<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match downcast::<std::io::Error>(error) {
        // Its `source` leaves out the error that it was made from and begins with that one's source.
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    }
}

fn ask<T: Error + Classify + 'static>(error: &(dyn Error + 'static)) -> Option<Known> {
    downcast::<T>(error).map(Known::of)
}
