//! Classification of any error by the known types in its source chain.

use core::time::Duration;
use std::error::Error;

use crate::adapters::classification::Classification;
use crate::adapters::classified::Classified;
use crate::adapters::io_kind;
use crate::adapters::source_chain::{downcast, links};
use crate::{Class, Classify, Stopped};

/// Functions that classify an error if it is of one type each.
const KNOWN: &[fn(&(dyn Error + 'static)) -> Option<Classification>] = &[
    io_kind::classify,
    classify_as::<Classified>,
    classify_as::<Stopped>,
    #[cfg(feature = "tokio")]
    classify_as::<::tokio::time::error::Elapsed>,
    #[cfg(feature = "http")]
    classify_as::<crate::http::StatusError>,
    #[cfg(feature = "tonic")]
    classify_as::<::tonic::Status>,
    #[cfg(feature = "tonic")]
    classify_as::<::tonic::ConnectError>,
    #[cfg(feature = "tonic")]
    classify_as::<::tonic::TimeoutExpired>,
    #[cfg(feature = "hyper")]
    classify_as::<::hyper::Error>,
    #[cfg(feature = "reqwest")]
    classify_as::<::reqwest::Error>,
];

/// Returns the classification of the first error of a known type.
///
/// The chain begins with `error`.
pub(crate) fn of_chain(error: &(dyn Error + 'static)) -> Option<Classification> {
    links(error).find_map(|link| KNOWN.iter().find_map(|known| known(link)))
}

/// Returns the class of the first known error in the chain, or `Permanent`.
pub(crate) fn class_of_chain(error: &(dyn Error + 'static)) -> Class {
    of_chain(error).map_or(Class::Permanent, |known| known.class)
}

/// Returns the server hint of the first known error in the chain.
pub(crate) fn hint_of_chain(error: &(dyn Error + 'static)) -> Option<Duration> {
    of_chain(error).and_then(|known| known.retry_after)
}

/// Returns whether the first known error reports that the server gave up.
pub(crate) fn gave_up_of_chain(error: &(dyn Error + 'static)) -> bool {
    of_chain(error).is_some_and(|known| known.gave_up)
}

fn classify_as<T: Error + Classify + 'static>(error: &(dyn Error + 'static)) -> Option<Classification> {
    downcast::<T>(error).map(Classification::of)
}
