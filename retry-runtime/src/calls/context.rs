//! What a call tells the calls inside its attempts, and what they tell it: one word a thread, set only while an
//! attempt runs, and a stack of links where more is to be said.
//!
//! The word is a deadline in nanoseconds since the clock's anchor, whose low bits are the attempt's marks. An async
//! attempt sets it in each poll, puts the old one back and keeps the marks, so it is right across `.await`, `join!`,
//! `select!` and threads.

use core::cell::{Cell, RefCell};
use std::sync::Arc;
use std::thread_local;
use std::vec::Vec;

use retry_core::StopReason;
use retry_core::internal::NEVER;

use crate::calls::frame::Frame;
use retry_core::nesting::{IN_SCOPE, LATER, MARKED, NODE, Nesting};

/// The low bits that are marks; a deadline is exact to 66 us.
const LOW: u64 = 0xffff;
/// No attempt is around the code that runs now.
const OUTSIDE: u64 = NEVER & !LOW;

/// What stands around the code that runs now. All of it in one place, since a library finds a thread's place by a call.
struct ThreadContext {
    word: Cell<u64>,
    /// The number of the attempt around, where it is not the first and has no frame.
    number: Cell<u32>,
    /// Whether there are frames: a look at this is all that a retry pays for them where there are none.
    has_frames: Cell<bool>,
}

thread_local! {
    static CONTEXT: ThreadContext = const { ThreadContext { word: Cell::new(OUTSIDE), number: Cell::new(1), has_frames: Cell::new(false) } };
    static FRAMES: RefCell<Vec<Arc<Frame>>> = const { RefCell::new(Vec::new()) };
}

#[inline]
fn word() -> u64 {
    CONTEXT.with(|here| here.word.get())
}

fn set_word(word: u64) {
    CONTEXT.with(|here| here.word.set(word));
}

#[inline]
fn replace_word(word: u64) -> u64 {
    CONTEXT.with(|here| here.word.replace(word))
}

#[allow(clippy::cast_possible_truncation)] // that is the field
const fn low(word: u64) -> u16 {
    word as u16
}

/// The word of an attempt.
const fn inside(deadline: u64, marks: Nesting) -> u64 {
    deadline & !LOW | (IN_SCOPE | marks.0) as u64
}

const fn marks_of(word: u64) -> Nesting {
    Nesting(low(word) & !(IN_SCOPE | NODE))
}

/// What an attempt has nested from the calls inside it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NestedCalls {
    /// An inner operation has given up.
    pub(crate) gave_up: bool,
    /// So many attempts were used up by retries inside.
    pub(crate) retries: u32,
}

/// What an attempt keeps of its context while it does not run.
#[derive(Clone, Debug, Default)]
pub(crate) struct SavedContext {
    pub(crate) marks: Nesting,
    pub(crate) frame: Option<Arc<Frame>>,
}

impl SavedContext {
    /// Of code that runs in the context of this attempt too.
    pub(crate) fn of_node(frame: Arc<Frame>) -> Self {
        Self { marks: Nesting(frame.marks().0 | NODE), frame: Some(frame) }
    }

    pub(crate) fn nested(&self) -> NestedCalls {
        NestedCalls::of(self.marks, self.frame.as_ref())
    }
}

impl NestedCalls {
    fn of(marks: Nesting, frame: Option<&Arc<Frame>>) -> Self {
        match frame {
            Some(frame) => Self { gave_up: frame.marks().is_marked(), retries: frame.used_up() },
            None => Self { gave_up: marks.is_marked(), retries: 0 },
        }
    }
}

/// The attempt around the code that runs now. It is left, or a panic drops it: either puts the one around that back.
pub(crate) struct AttemptScope {
    outer: u64,
}

/// What running the attempt has left in its word, and the word around it.
#[derive(Clone, Copy)]
pub(crate) struct ContextExit {
    word: u64,
    outer: u64,
}

impl AttemptScope {
    /// Enters a first attempt, of a call without a deadline.
    #[inline]
    pub(crate) fn first() -> Self {
        Self::enter_word(NEVER, Nesting::default())
    }

    /// Enters the attempt of this number.
    #[inline]
    pub(crate) fn enter(deadline: u64, number: u32, marks: Nesting, frame: &mut Option<Arc<Frame>>) -> Self {
        if marks.0 & (NODE | LATER) == 0 {
            return Self::enter_word(deadline, marks);
        }
        // Where there is a frame the marks say so.
        if marks.0 & NODE != 0 {
            return Self::enter_with(deadline, number, marks, frame.take());
        }
        Self::enter_later(deadline, number, marks)
    }

    /// Enters an attempt of which the word says all.
    #[inline]
    pub(crate) fn enter_word(deadline: u64, marks: Nesting) -> Self {
        Self { outer: replace_word(inside(deadline, marks)) }
    }

    /// Enters an attempt that is not the first of its call, and has no frame.
    #[inline]
    pub(crate) fn enter_later(deadline: u64, number: u32, marks: Nesting) -> Self {
        CONTEXT.with(|here| {
            let outer = here.word.get();
            // The number of the attempt around, if it stands in no frame yet, would be overwritten.
            if low(outer) & (NODE | LATER) == LATER {
                return Self::enter_with(deadline, number, marks, None);
            }
            here.number.set(number);
            here.word.set(inside(deadline, marks));
            Self { outer }
        })
    }

    /// Enters an attempt that has a frame, or stands inside one past its first.
    #[cold]
    #[inline(never)]
    fn enter_with(deadline: u64, number: u32, marks: Nesting, frame: Option<Arc<Frame>>) -> Self {
        if low(word()) & (NODE | LATER) == LATER {
            attempt_node();
        }
        if let Some(frame) = frame {
            push(frame);
        }
        CONTEXT.with(|here| here.number.set(number));
        Self::enter_word(deadline, marks)
    }

    /// Leaves it.
    #[inline]
    pub(crate) fn leave(self) -> ContextExit {
        let outer = self.outer;
        core::mem::forget(self);
        ContextExit { word: replace_word(outer), outer }
    }
}

impl ContextExit {
    /// Whether there is nothing to keep of a first attempt, and nothing that its success would change around it.
    #[inline]
    pub(crate) const fn is_quiet(self) -> bool {
        low(self.word | self.outer) & (NODE | LATER | MARKED) == 0
    }

    /// Whether there is nothing to keep but what there was.
    #[cfg(feature = "tokio")]
    #[inline]
    pub(crate) const fn is_as(self, marks: Nesting) -> bool {
        low(self.word) & !IN_SCOPE == marks.0 && marks.0 & NODE == 0
    }

    /// What the attempt has nested, where nothing else is kept of it.
    #[inline]
    pub(crate) fn nested(self) -> NestedCalls {
        if low(self.word) & NODE == 0 {
            return NestedCalls { gave_up: marks_of(self.word).is_marked(), retries: 0 };
        }
        self.kept().nested()
    }

    /// What the attempt keeps.
    #[cold]
    #[inline(never)]
    pub(crate) fn kept(self) -> SavedContext {
        let frame = if low(self.word) & NODE == 0 { None } else { pop() };
        SavedContext { marks: Nesting(low(self.word) & !IN_SCOPE), frame }
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
    let left = ContextExit { word: replace_word(outer), outer };
    if left.kept().marks.is_later() {
        give_up();
    }
}

/// The stack; where the thread is ending and has none any more, nothing stands around.
fn frames<T: Default>(look: impl FnOnce(&mut Vec<Arc<Frame>>) -> T) -> T {
    FRAMES.try_with(|frames| look(&mut frames.borrow_mut())).unwrap_or_default()
}

#[cold]
fn push(frame: Arc<Frame>) {
    frames(|frames| {
        frames.push(frame);
        CONTEXT.with(|here| here.has_frames.set(true));
    });
}

#[cold]
fn pop() -> Option<Arc<Frame>> {
    frames(|frames| {
        let frame = frames.pop();
        CONTEXT.with(|here| here.has_frames.set(!frames.is_empty()));
        frame
    })
}

/// A link around the code that runs now that is no attempt; away when it is dropped.
pub(crate) struct FrameGuard(());

impl FrameGuard {
    pub(crate) fn enter(frame: Arc<Frame>) -> Self {
        push(frame);
        Self(())
    }
}

impl Drop for FrameGuard {
    fn drop(&mut self) {
        pop();
    }
}

/// Whether nothing is around the code that runs now that a call has to ask for when it begins.
#[inline]
pub(crate) fn is_outside() -> bool {
    word() == OUTSIDE
}

/// When the call ends that is around the code that runs now, or `NEVER`; and how many inner operations have given up
/// in its attempt.
pub(crate) fn around() -> (u64, u8) {
    let word = word();
    if word == OUTSIDE {
        return (NEVER, 0);
    }
    // The attempts of the call that begins hide the word; what a later one allows must be found all the same.
    let marks = if low(word) & (NODE | LATER) == 0 { marks_of(word) } else { marks() };
    // Rounded up, which makes no deadline `NEVER` again.
    (word | LOW, marks.number())
}

/// When the call ends that is around the code that runs now, or `NEVER`, and the number of its attempt; `None` outside of
/// attempts.
pub(crate) fn attempt_around() -> Option<(u64, u32)> {
    let word = word();
    let number = match attempt() {
        Some(frame) => frame.deadline_and_number().1,
        None if marks_of(word).is_later() => CONTEXT.with(|here| here.number.get()),
        None => 1,
    };
    (low(word) & IN_SCOPE != 0).then_some((word | LOW, number))
}

#[cold]
fn marks() -> Nesting {
    attempt_node().map_or_else(Nesting::default, |frame| frame.marks())
}

/// The frame of the attempt around, if it has one.
fn attempt() -> Option<Arc<Frame>> {
    if low(word()) & NODE == 0 {
        return None;
    }
    frames(|frames| frames.iter().rev().find(|frame| frame.is_attempt()).cloned())
}

fn mark(next: impl Fn(Nesting) -> Nesting) {
    let word = word();
    if low(word) & IN_SCOPE == 0 {
        return;
    }
    match attempt() {
        Some(frame) => frame.mark(next),
        None => set_word(inside(word, next(marks_of(word)))),
    }
}

/// An operation has given up: the attempt around it is gave_up.
#[cold]
pub(crate) fn give_up() {
    mark(Nesting::given_up);
}

/// A call has succeeded that began when so many had given up.
#[inline]
pub(crate) fn succeed(seen: u8) {
    if word() != OUTSIDE {
        succeed_inside(seen);
    }
}

#[cold]
#[inline(never)]
fn succeed_inside(seen: u8) {
    mark(|marks| marks.succeeded(seen));
}

/// Whether any link is around the code that runs now.
#[inline]
pub(crate) fn has_frames() -> bool {
    CONTEXT.with(|here| here.has_frames.get())
}

/// The innermost link around the code that runs now.
pub(crate) fn innermost() -> Option<Arc<Frame>> {
    if has_frames() { frames(|frames| frames.last().cloned()) } else { None }
}

/// Takes one retry from all that stands around, or says what the call ends with.
pub(crate) fn take_retry() -> Result<(), StopReason> {
    innermost().map_or(Ok(()), |frame| frame.take_retry())
}

/// Gives that back, for a retry that is not made.
pub(crate) fn put_back() {
    if let Some(frame) = innermost() {
        frame.put_back();
    }
}

/// The frame of the attempt around, which is made where there is none yet: other links and other threads need one.
/// `None` outside of attempts.
pub(crate) fn attempt_node() -> Option<Arc<Frame>> {
    let word = word();
    if low(word) & IN_SCOPE == 0 {
        return None;
    }
    let made = || {
        // Links inside this attempt have made its frame before they were entered, so what is innermost is around it.
        let (_, number) = attempt_around().unwrap_or_default();
        let frame = Frame::of_attempt(word | LOW, number, marks_of(word), innermost());
        push(frame.clone());
        set_word(word | u64::from(NODE));
        frame
    };
    Some(attempt().unwrap_or_else(made))
}
