//! What stands around the code that runs now, where a word does not hold it: an attempt after the first, an attempt
//! whose context was carried away, and a task's budget. They form a chain, from inside to outside.

use std::sync::Arc;

use retry_core::StopReason;
use retry_core::internal::{NEVER, RetryCounter, UNBOUNDED};

use retry_core::nesting::{Nesting, SharedNesting};

/// What is known of an attempt.
#[derive(Debug)]
struct Attempt {
    /// When its call ends, in nanoseconds.
    deadline: u64,
    number: u32,
    marks: SharedNesting,
}

/// One link of the chain.
#[derive(Debug)]
pub(crate) struct Frame {
    count: Arc<RetryCounter>,
    /// Of an attempt.
    attempt: Option<Attempt>,
    outer: Option<Arc<Frame>>,
}

impl Frame {
    /// Of an attempt of this number with these marks, of a call that ends at `deadline`.
    pub(crate) fn of_attempt(deadline: u64, number: u32, marks: Nesting, outer: Option<Arc<Self>>) -> Arc<Self> {
        let count = Arc::new(RetryCounter::new(marks.allowed().unwrap_or(UNBOUNDED)));
        let attempt = Some(Attempt { deadline, number, marks: SharedNesting::new(marks) });
        Arc::new(Self { count, attempt, outer })
    }

    /// Of a task that shares this count.
    pub(crate) fn of_task(count: Arc<RetryCounter>, outer: Option<Arc<Self>>) -> Arc<Self> {
        Arc::new(Self { count, attempt: None, outer })
    }

    pub(crate) fn is_attempt(&self) -> bool {
        self.attempt.is_some()
    }

    /// When the call of this attempt ends, and its number; the end of time where this is no attempt.
    pub(crate) fn deadline_and_number(&self) -> (u64, u32) {
        self.attempt.as_ref().map_or((NEVER, 1), |attempt| (attempt.deadline, attempt.number))
    }

    pub(crate) fn marks(&self) -> Nesting {
        self.attempt.as_ref().map_or_else(Nesting::default, |attempt| attempt.marks.get())
    }

    pub(crate) fn mark(&self, next: impl Fn(Nesting) -> Nesting) {
        if let Some(attempt) = &self.attempt {
            attempt.marks.change(next);
        }
    }

    /// Whether a retry inside is taken from this count already.
    pub(crate) fn takes_from(&self, count: &Arc<RetryCounter>) -> bool {
        Arc::ptr_eq(&self.count, count) || self.outer.as_ref().is_some_and(|outer| outer.takes_from(count))
    }

    /// How many retries were made inside.
    pub(crate) fn used_up(&self) -> u32 {
        self.count.taken()
    }

    /// Takes one retry from every link of the chain, or none from any, and says what the call then ends with.
    pub(crate) fn take_retry(&self) -> Result<(), StopReason> {
        if !self.count.take() {
            return Err(if self.is_attempt() { StopReason::Nested } else { StopReason::Budget });
        }
        let outer = self.outer.as_ref().map_or(Ok(()), |outer| outer.take_retry());
        if outer.is_err() {
            self.count.refund();
        }
        outer
    }

    /// Gives back what [`take_retry`](Self::take_retry) took, for a retry that is not made.
    pub(crate) fn put_back(&self) {
        self.count.refund();
        if let Some(outer) = &self.outer {
            outer.put_back();
        }
    }
}
