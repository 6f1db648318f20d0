//! Entering and leaving the context of an attempt.

use std::sync::Arc;

use retry_core::Moment;
use retry_core::nesting::{FRAME, GAVE_UP, GiveUp, Nesting, RETRY};
use retry_core::{Progress, TimedPolicy};

use crate::calls::context::context_word::{attempt_word, enter_unless, low, nesting, replace_word, set_number, word};
use crate::calls::context::current::{attempt_frame, give_up};
use crate::calls::context::frame::Frame;
use crate::calls::context::stack::{pop, push};

/// Summary of the calls inside an attempt.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NestedCalls {
    /// Failure on which an inner operation has given up.
    pub(crate) give_up: Option<GiveUp>,
    /// Number of retries inside, each of which uses up an attempt.
    pub(crate) retries: u32,
}

/// Context of an attempt between two polls; empty before anything is saved.
#[derive(Clone, Debug, Default)]
pub(crate) struct SavedContext {
    /// `None` if nothing is saved.
    pub(crate) nesting: Option<Nesting>,
    pub(crate) frame: Option<Arc<Frame>>,
}

impl SavedContext {
    /// Creates the context of other code that runs inside the attempt of `frame`.
    pub(super) fn of_frame(frame: Arc<Frame>) -> Self {
        Self { nesting: Some(Nesting(frame.nesting().0 | FRAME)), frame: Some(frame) }
    }

    pub(super) fn nested_calls(&self) -> NestedCalls {
        match &self.frame {
            Some(frame) => NestedCalls { give_up: frame.nesting().give_up(true), retries: frame.retries() },
            None => NestedCalls { give_up: self.nesting.and_then(|nesting| nesting.give_up(false)), retries: 0 },
        }
    }
}

/// The running code is inside an attempt.
///
/// Leaving it, or dropping it by a panic, restores the context outside.
pub(crate) struct AttemptScope {
    outer: u64,
}

/// Context words at the exit from an attempt: its own, and the one outside.
#[derive(Clone, Copy)]
pub(crate) struct ContextExit {
    word: u64,
    outer: u64,
}

impl AttemptScope {
    /// Enters a first attempt of a call without a deadline.
    #[inline]
    pub(crate) fn enter_first() -> Self {
        Self::enter_word(Moment::NEVER, Nesting::default())
    }

    /// Enters the running attempt of `progress`, which has no saved context.
    #[cold]
    #[inline(never)]
    pub(crate) fn enter_attempt(progress: &Progress, policy: &TimedPolicy) -> Self {
        if progress.is_first() {
            return Self::enter_word(progress.deadline(), Nesting::default());
        }
        // Each retry inside uses up one attempt of this call.
        Self::enter_later(progress.deadline(), progress.attempt(), Nesting::of_retry(progress.left(policy)))
    }

    /// Enters the running attempt of `progress` with its saved context.
    #[cold]
    #[inline(never)]
    pub(crate) fn enter_again(progress: &Progress, policy: &TimedPolicy, saved: SavedContext) -> Self {
        if saved.nesting.is_none() {
            return Self::enter_attempt(progress, policy);
        }
        Self::enter_saved(progress.deadline(), progress.attempt(), saved)
    }

    /// Enters the attempt of this number with its saved context.
    pub(super) fn enter_saved(deadline: Moment, number: u32, saved: SavedContext) -> Self {
        let SavedContext { nesting, frame } = saved;
        let nesting = nesting.unwrap_or_default();
        match nesting.0 & (FRAME | RETRY) {
            0 => Self::enter_word(deadline, nesting),
            RETRY => Self::enter_later(deadline, number, nesting),
            _ => Self::enter_with_frame(deadline, number, nesting, frame),
        }
    }

    /// Enters an attempt whose context is the word alone.
    #[inline]
    fn enter_word(deadline: Moment, nesting: Nesting) -> Self {
        Self { outer: replace_word(attempt_word(deadline, nesting)) }
    }

    /// Enters an attempt that is not the first of its call and has no frame.
    #[inline]
    fn enter_later(deadline: Moment, number: u32, nesting: Nesting) -> Self {
        // The number of an outer attempt without a frame would be overwritten.
        let is_taken = |outer| low(outer) & (FRAME | RETRY) == RETRY;
        match enter_unless(is_taken, number, attempt_word(deadline, nesting)) {
            Ok(outer) => Self { outer },
            Err(_) => Self::enter_with_frame(deadline, number, nesting, None),
        }
    }

    /// Enters an attempt that has a frame, or is inside a later attempt.
    #[cold]
    #[inline(never)]
    fn enter_with_frame(deadline: Moment, number: u32, nesting: Nesting, frame: Option<Arc<Frame>>) -> Self {
        if low(word()) & (FRAME | RETRY) == RETRY {
            attempt_frame();
        }
        if let Some(frame) = frame {
            push(frame);
        }
        set_number(number);
        Self::enter_word(deadline, nesting)
    }

    /// Leaves the attempt.
    #[inline]
    pub(crate) fn leave(self) -> ContextExit {
        let outer = self.outer;
        core::mem::forget(self);
        ContextExit { word: replace_word(outer), outer }
    }
}

impl ContextExit {
    /// Returns whether a first attempt leaves nothing to save.
    ///
    /// Its success also changes nothing outside.
    #[inline]
    pub(crate) const fn is_quiet(self) -> bool {
        low(self.word | self.outer) & (FRAME | RETRY | GAVE_UP) == 0
    }

    /// Returns whether this was a first attempt that leaves nothing to save.
    #[inline]
    pub(crate) const fn is_fresh(self) -> bool {
        low(self.word) == retry_core::nesting::IN_SCOPE
    }

    /// Returns the summary of an attempt that is over.
    #[inline]
    pub(crate) fn nested_calls(self) -> NestedCalls {
        if low(self.word) & FRAME == 0 {
            return NestedCalls { give_up: nesting(self.word).give_up(false), retries: 0 };
        }
        self.save().nested_calls()
    }

    /// Returns the context to enter the attempt with again.
    #[cold]
    #[inline(never)]
    pub(crate) fn save(self) -> SavedContext {
        let frame = if low(self.word) & FRAME == 0 { None } else { pop() };
        SavedContext { nesting: Some(Nesting(low(self.word))), frame }
    }
}

impl Drop for AttemptScope {
    #[inline]
    fn drop(&mut self) {
        unwind(self.outer);
    }
}

#[cold]
#[inline(never)]
fn unwind(outer: u64) {
    let exit = ContextExit { word: replace_word(outer), outer };
    if exit.save().nesting.is_some_and(Nesting::is_retry) {
        give_up(GiveUp::UNKNOWN);
    }
}
