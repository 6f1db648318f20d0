//! The result of classifying an error.

use core::time::Duration;

use crate::{Class, Classify};

/// Classification of an error of a known type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Classification {
    pub(crate) class: Class,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) gave_up: bool,
}

impl Classification {
    pub(crate) fn of(error: &impl Classify) -> Self {
        Self { class: error.class(), retry_after: error.retry_after(), gave_up: error.gave_up() }
    }

    pub(crate) const fn of_class(class: Class) -> Self {
        Self { class, retry_after: None, gave_up: false }
    }
}
