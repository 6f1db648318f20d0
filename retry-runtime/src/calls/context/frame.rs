//! Frames: attempts and task budgets, as a chain from inside to outside.
//!
//! An attempt has a frame only if a word cannot hold its context: it is not the first of its call and another attempt
//! begins inside it, its context was propagated to other tasks, or it is inside a task budget.

use std::sync::Arc;

use retry_core::Moment;
use retry_core::StopReason;
use retry_core::internal::{RetryCounter, UNBOUNDED};
use retry_core::nesting::{Nesting, SharedNesting};

/// Attempt of a frame.
#[derive(Debug)]
struct FrameAttempt {
    /// End of the attempt's call.
    deadline: Moment,
    number: u32,
    nesting: SharedNesting,
}

/// Link of the chain.
#[derive(Debug)]
pub(crate) struct Frame {
    counter: Arc<RetryCounter>,
    /// `None` for a task budget.
    attempt: Option<FrameAttempt>,
    outer: Option<Arc<Frame>>,
}

impl Frame {
    /// Creates the frame of an attempt, of a call that ends at `deadline`.
    pub(super) fn of_attempt(deadline: Moment, number: u32, nesting: Nesting, outer: Option<Arc<Self>>) -> Arc<Self> {
        let counter = Arc::new(RetryCounter::new(nesting.retries_inside().unwrap_or(UNBOUNDED)));
        let attempt = Some(FrameAttempt { deadline, number, nesting: SharedNesting::new(nesting.in_frame()) });
        Arc::new(Self { counter, attempt, outer })
    }

    /// Creates the frame of a task that shares `counter`.
    pub(super) fn of_task(counter: Arc<RetryCounter>, outer: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self { counter, attempt: None, outer })
    }

    pub(super) fn is_attempt(&self) -> bool {
        self.attempt.is_some()
    }

    /// Returns the end of the attempt's call, and the number of the attempt.
    ///
    /// For a task they are [`Moment::NEVER`] and 1.
    pub(super) fn deadline_and_number(&self) -> (Moment, u32) {
        self.attempt.as_ref().map_or((Moment::NEVER, 1), |attempt| (attempt.deadline, attempt.number))
    }

    /// Returns whether this attempt or one around it is a retry.
    pub(super) fn is_inside_retry(&self) -> bool {
        self.deadline_and_number().1 > 1 || self.outer.as_ref().is_some_and(|outer| outer.is_inside_retry())
    }

    pub(super) fn nesting(&self) -> Nesting {
        self.attempt.as_ref().map_or_else(Nesting::default, |attempt| attempt.nesting.get())
    }

    pub(super) fn change_nesting(&self, next: impl Fn(Nesting) -> Nesting) {
        if let Some(attempt) = &self.attempt {
            attempt.nesting.change(next);
        }
    }

    /// Returns whether a retry inside this frame is already taken from `counter`.
    pub(super) fn takes_from(&self, counter: &Arc<RetryCounter>) -> bool {
        Arc::ptr_eq(&self.counter, counter) || self.outer.as_ref().is_some_and(|outer| outer.takes_from(counter))
    }

    /// Returns the number of retries made inside the frame.
    pub(super) fn retries(&self) -> u32 {
        self.counter.taken()
    }

    /// Takes one retry from every frame of the chain.
    ///
    /// # Errors
    ///
    /// The reason for which the call ends, if one of the frames has none left. Nothing is taken then.
    pub(super) fn take_retry(&self) -> Result<(), StopReason> {
        if !self.counter.take() {
            return Err(if self.is_attempt() { StopReason::Nested } else { StopReason::Budget });
        }
        let outer = self.outer.as_ref().map_or(Ok(()), |outer| outer.take_retry());
        if outer.is_err() {
            self.counter.refund();
        }
        outer
    }

    /// Gives back what [`take_retry`](Self::take_retry) took.
    pub(super) fn refund_retry(&self) {
        self.counter.refund();
        if let Some(outer) = &self.outer {
            outer.refund_retry();
        }
    }
}
