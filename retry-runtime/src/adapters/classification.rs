//! Result of classifying an error.

use core::time::Duration;

use crate::{Class, Classify};

/// Result of [`Classify`] for an error of a known type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Classification {
    pub(crate) class: Class,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) gave_up: bool,
    pub(crate) is_final: bool,
}

impl Classification {
    pub(crate) fn new(error: &impl Classify) -> Self {
        Self {
            class: error.class(),
            retry_after: error.retry_after(),
            gave_up: error.gave_up(),
            is_final: error.is_final(),
        }
    }

    /// Returns the classification of an error that is not a final answer.
    pub(crate) const fn from_class(class: Class) -> Self {
        Self { class, retry_after: None, gave_up: false, is_final: false }
    }
}
