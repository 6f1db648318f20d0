//! What a call remembers between attempts: nothing, its begin, or its last error too.
//!
//! Only functions whose options ask for it pay.

use retry_core::internal::NEVER;
use retry_core::{Progress, StopReason};

use crate::outcome::Outcome;
use crate::stopped::Stopped;

/// What a call remembers between attempts.
pub trait Track<R> {
    /// Takes the outcome of an attempt that will be retried.
    #[doc(hidden)]
    fn keep(&mut self, outcome: R);

    /// The outcome of a call that ends while no attempt's is at hand; `None` where that cannot be.
    #[doc(hidden)]
    fn without_outcome(&mut self, progress: &Progress) -> Option<R>;

    /// What `on_retry` is shown of an attempt that was cut, and whether an attempt returned it.
    #[doc(hidden)]
    fn of_cut(&mut self, progress: &Progress) -> (Option<R>, bool);

    /// How long an attempt may run, in nanoseconds.
    #[doc(hidden)]
    fn attempt_timeout(&self) -> u64;

    /// When the call began, if anything asks.
    #[doc(hidden)]
    fn begun(&self) -> u64;
}

/// Nothing.
#[derive(Debug)]
pub struct Untracked;

/// When the call began, in nanoseconds on its driver's clock.
#[derive(Debug)]
pub struct Begun(pub(crate) u64);

/// How long an attempt may run, and the last outcome, since attempts may end without one; when the call began, if asked.
#[derive(Debug)]
pub struct Cuttable<R> {
    pub(crate) begun: u64,
    pub(crate) attempt_timeout: u64,
    pub(crate) last: Option<R>,
    /// Kept here and not asked of the type again, so that an error that cannot be made is told once.
    pub(crate) without_outcome: fn(Stopped) -> R,
}

impl<R> Track<R> for Untracked {
    #[inline]
    fn keep(&mut self, _: R) {}

    fn without_outcome(&mut self, _: &Progress) -> Option<R> {
        None
    }

    fn of_cut(&mut self, _: &Progress) -> (Option<R>, bool) {
        (None, false)
    }

    fn attempt_timeout(&self) -> u64 {
        NEVER
    }

    fn begun(&self) -> u64 {
        0
    }
}

impl<R> Track<R> for Begun {
    #[inline]
    fn keep(&mut self, _: R) {}

    fn without_outcome(&mut self, _: &Progress) -> Option<R> {
        None
    }

    fn of_cut(&mut self, _: &Progress) -> (Option<R>, bool) {
        (None, false)
    }

    fn attempt_timeout(&self) -> u64 {
        NEVER
    }

    fn begun(&self) -> u64 {
        self.0
    }
}

impl<R: Outcome> Track<R> for Cuttable<R> {
    /// The last error; a refused success only while there is none.
    #[inline]
    fn keep(&mut self, outcome: R) {
        let has_error = self.last.as_ref().is_some_and(|last| last.sides().is_err());
        if outcome.sides().is_err() || !has_error {
            self.last = Some(outcome);
        }
    }

    fn without_outcome(&mut self, progress: &Progress) -> Option<R> {
        Some(match self.last.take() {
            Some(last) => last,
            None => (self.without_outcome)(Stopped::new(progress)),
        })
    }

    fn of_cut(&mut self, progress: &Progress) -> (Option<R>, bool) {
        let returned = self.last.is_some();
        let mut cut = progress.clone();
        cut.stopped(StopReason::AttemptTimeout);
        (self.without_outcome(&cut), returned)
    }

    fn attempt_timeout(&self) -> u64 {
        self.attempt_timeout
    }

    fn begun(&self) -> u64 {
        self.begun
    }
}
