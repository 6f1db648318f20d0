//! Access to the attempt around the running code.

use std::sync::Arc;

use retry_core::Moment;
use retry_core::StopReason;
use retry_core::nesting::{FRAME, GiveUp, IN_SCOPE, Nesting, RETRY};

use crate::calls::context::context_word::{self, OUTSIDE, attempt_word, low, set_word, word};
use crate::calls::context::frame::Frame;
use crate::calls::context::stack::{innermost, innermost_attempt, push};

/// Returns the deadline of the call around the running code, or [`Moment::NEVER`].
///
/// Also returns the number of inner operations that have given up in its attempt.
pub(crate) fn enclosing_call() -> (Moment, u8) {
    let word = word();
    if word == OUTSIDE {
        return (Moment::NEVER, 0);
    }
    // The attempts of a new call hide the word. What a later attempt allows must still be found, so it gets a frame.
    let nesting = if low(word) & (FRAME | RETRY) == 0 { context_word::nesting(word) } else { frame_nesting() };
    (context_word::deadline(word), nesting.give_ups())
}

/// Returns the deadline of the call around the running code, if any.
///
/// Also returns the number of its attempt. Returns `None` outside of attempts.
pub(super) fn enclosing_attempt() -> Option<(Moment, u32)> {
    let word = word();
    let number = match current_frame() {
        Some(frame) => frame.deadline_and_number().1,
        None if context_word::nesting(word).is_retry() => context_word::number(),
        None => 1,
    };
    (low(word) & IN_SCOPE != 0).then_some((context_word::deadline(word), number))
}

/// Returns the number of the running attempt; `None` outside of attempts.
pub(crate) fn running_attempt() -> Option<u32> {
    enclosing_attempt().map(|(_, number)| number)
}

/// Returns whether the running code is inside a retry, of whatever call around it.
pub(crate) fn is_inside_retry() -> bool {
    // Inside a later attempt every call has made its frame.
    low(word()) & RETRY != 0 || innermost().is_some_and(|frame| frame.is_inside_retry())
}

#[cold]
fn frame_nesting() -> Nesting {
    attempt_frame().map_or_else(Nesting::default, |frame| frame.nesting())
}

/// Returns the frame of the running attempt, if it has one.
fn current_frame() -> Option<Arc<Frame>> {
    if low(word()) & FRAME == 0 { None } else { innermost_attempt() }
}

/// Returns the frame of the running attempt, and creates it if necessary.
///
/// Other frames and threads need one. Returns `None` outside of attempts.
pub(super) fn attempt_frame() -> Option<Arc<Frame>> {
    let word = word();
    if low(word) & IN_SCOPE == 0 {
        return None;
    }
    let create = || {
        // Frames inside this attempt created its frame before they were pushed, so the innermost frame is outside of it.
        let (_, number) = enclosing_attempt().unwrap_or((Moment::NEVER, 1));
        let frame = Frame::of_attempt(context_word::deadline(word), number, context_word::nesting(word), innermost());
        push(frame.clone());
        set_word(word | u64::from(FRAME));
        frame
    };
    Some(current_frame().unwrap_or_else(create))
}

/// Replaces the state of the running attempt by the result of `next`.
///
/// The second argument of `next` is true for the state of a frame.
fn change_nesting(next: impl Fn(Nesting, bool) -> Nesting) {
    let word = word();
    if low(word) & IN_SCOPE == 0 {
        return;
    }
    match current_frame() {
        Some(frame) => frame.change_nesting(|nesting| next(nesting, true)),
        None => set_word(attempt_word(context_word::deadline(word), next(context_word::nesting(word), false))),
    }
}

/// Records that an operation has given up on a failure inside the running attempt.
#[cold]
pub(crate) fn give_up(give_up: GiveUp) {
    change_nesting(|nesting, in_frame| nesting.after_give_up(give_up, in_frame));
}

/// Runs code of a hook, whose operations mark nothing around it.
///
/// The attempt around it is neither marked by one that gives up, nor cleared by one that succeeds.
pub(crate) fn isolated<T>(hook: impl FnOnce() -> T) -> T {
    if low(word()) & IN_SCOPE == 0 {
        return hook();
    }
    // With a frame there is one state before and after.
    let frame = attempt_frame();
    let _restore = frame.map(|frame| RestoreGiveUps { before: frame.nesting(), frame });
    hook()
}

struct RestoreGiveUps {
    frame: Arc<Frame>,
    before: Nesting,
}

impl Drop for RestoreGiveUps {
    fn drop(&mut self) {
        self.frame.change_nesting(|nesting| nesting.with_give_ups_of(self.before, true));
    }
}

/// Records that a call has succeeded inside the running attempt.
///
/// The call began after `seen` operations had given up there.
#[inline]
pub(crate) fn succeed(seen: u8) {
    if word() != OUTSIDE {
        succeed_inside(seen);
    }
}

#[cold]
#[inline(never)]
fn succeed_inside(seen: u8) {
    change_nesting(|nesting, _| nesting.after_success(seen));
}

/// Takes one retry from every frame around the running code.
///
/// # Errors
///
/// The reason for which the call ends.
pub(crate) fn take_retry() -> Result<(), StopReason> {
    innermost().map_or(Ok(()), |frame| frame.take_retry())
}

/// Gives back what [`take_retry`] took, for a retry that is not made.
pub(crate) fn refund_retry() {
    refund_retry_of(innermost().as_ref());
}

/// Gives back what [`take_retry`] took when `frame` was the innermost.
pub(crate) fn refund_retry_of(frame: Option<&Arc<Frame>>) {
    if let Some(frame) = frame {
        frame.refund_retry();
    }
}
