//! The context word of a thread.
//!
//! ```text
//!  63                                            16 15        8 7    4   3     2     1      0
//! +------------------------------------------------+-----------+------+-----+-----+------+------+
//! | deadline, in nanoseconds since the clock's     | retries   | give-| not | has | gave | in   |
//! | anchor, exact to 2^16 ns; all ones: none       | allowed+1 | ups  | 1st |frame| up   |attempt|
//! +------------------------------------------------+-----------+------+-----+-----+------+------+
//! ```
//!
//! The low 16 bits are a [`Nesting`] of `retry-core`. If the attempt has a frame, its nesting is in the frame.

use core::cell::Cell;
use std::thread_local;

use retry_core::Moment;
use retry_core::nesting::{FRAME, IN_SCOPE, Nesting};

/// Mask of the bits that hold the nesting.
const NESTING: u64 = 0xffff;
/// Word of code outside of attempts.
pub(super) const OUTSIDE: u64 = Moment::NEVER.as_nanos() & !NESTING;

/// Context of the code that a thread runs.
///
/// It is in one place, because a library locates a thread-local by a function call.
struct ThreadContext {
    word: Cell<u64>,
    /// Number of the running attempt, if it is not the first and has no frame.
    number: Cell<u32>,
    /// True if the stack of frames is not empty.
    ///
    /// A retry outside of frames checks only this.
    has_frames: Cell<bool>,
}

thread_local! {
    static CONTEXT: ThreadContext =
        const { ThreadContext { word: Cell::new(OUTSIDE), number: Cell::new(1), has_frames: Cell::new(false) } };
}

#[inline]
pub(super) fn word() -> u64 {
    CONTEXT.with(|context| context.word.get())
}

pub(super) fn set_word(word: u64) {
    CONTEXT.with(|context| context.word.set(word));
}

#[inline]
pub(super) fn replace_word(word: u64) -> u64 {
    CONTEXT.with(|context| context.word.replace(word))
}

pub(super) fn number() -> u32 {
    CONTEXT.with(|context| context.number.get())
}

pub(super) fn set_number(number: u32) {
    CONTEXT.with(|context| context.number.set(number));
}

/// Sets number and word, unless the current word makes `is_taken` true.
///
/// Returns the current word.
#[inline]
pub(super) fn enter_unless(is_taken: impl FnOnce(u64) -> bool, number: u32, word: u64) -> Result<u64, u64> {
    CONTEXT.with(|context| {
        let outer = context.word.get();
        if is_taken(outer) {
            return Err(outer);
        }
        context.number.set(number);
        context.word.set(word);
        Ok(outer)
    })
}

/// Returns whether the stack of frames is not empty.
#[inline]
pub(crate) fn has_frames() -> bool {
    CONTEXT.with(|context| context.has_frames.get())
}

pub(super) fn set_has_frames(has_frames: bool) {
    CONTEXT.with(|context| context.has_frames.set(has_frames));
}

/// Returns the bits of the nesting and its flags.
#[allow(clippy::cast_possible_truncation)] // the field is the low 16 bits
pub(super) const fn low(word: u64) -> u16 {
    word as u16
}

/// Returns the word of an attempt.
pub(super) const fn attempt_word(deadline: Moment, nesting: Nesting) -> u64 {
    deadline.as_nanos() & !NESTING | (IN_SCOPE | nesting.0) as u64
}

/// Returns the deadline of a word, rounded up to make [`Moment::NEVER`] exact.
pub(super) const fn deadline(word: u64) -> Moment {
    Moment::from_nanos(word | NESTING)
}

pub(super) const fn nesting(word: u64) -> Nesting {
    Nesting(low(word) & !(IN_SCOPE | FRAME))
}

/// Returns whether a call that begins now need not look at its context.
///
/// There is no attempt around it, or a first attempt without a deadline, inside which nothing has given up.
#[inline]
pub(crate) fn is_plain() -> bool {
    word() | u64::from(IN_SCOPE) == attempt_word(Moment::NEVER, Nesting(0))
}
