//! Result of classifying an error.

use core::time::Duration;

use crate::observe::emit;
use crate::{Class, Classify};

/// Result of [`Classify`] for an error of a known type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Classification {
    pub(crate) class: Class,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) gave_up: bool,
    pub(crate) is_final: bool,
    /// Header of a server hint that cannot be read.
    pub(crate) unreadable: Option<&'static str>,
}

impl Classification {
    pub(crate) fn new(error: &impl Classify) -> Self {
        let (class, gave_up, is_final) = (error.class(), error.gave_up(), error.is_final());
        emit::take_unreadable_hint();
        let retry_after = error.retry_after();
        Self { class, retry_after, gave_up, is_final, unreadable: emit::take_unreadable_hint() }
    }

    /// Returns the classification of an error that is not a final answer.
    pub(crate) const fn from_class(class: Class) -> Self {
        Self { class, retry_after: None, gave_up: false, is_final: false, unreadable: None }
    }

    /// Returns the server hint, and records whether it could be read.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        emit::hint_read(self.class, self.unreadable);
        self.retry_after
    }
}
