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

use crate::calls::node::Node;
use retry_core::nesting::{IN_SCOPE, LATER, MARKED, NODE, Nesting};

/// The low bits that are marks; a deadline is exact to 66 us.
const LOW: u64 = 0xffff;
/// No attempt is around the code that runs now.
const OUTSIDE: u64 = NEVER & !LOW;

/// What stands around the code that runs now. All of it in one place, since a library finds a thread's place by a call.
struct Here {
    word: Cell<u64>,
    /// The number of the attempt around, where it is not the first and has no node.
    number: Cell<u32>,
    /// Whether there are nodes: a look at this is all that a retry pays for them where there are none.
    has_nodes: Cell<bool>,
}

thread_local! {
    static HERE: Here = const { Here { word: Cell::new(OUTSIDE), number: Cell::new(1), has_nodes: Cell::new(false) } };
    static NODES: RefCell<Vec<Arc<Node>>> = const { RefCell::new(Vec::new()) };
}

#[inline]
fn word() -> u64 {
    HERE.with(|here| here.word.get())
}

fn set_word(word: u64) {
    HERE.with(|here| here.word.set(word));
}

#[inline]
fn replace_word(word: u64) -> u64 {
    HERE.with(|here| here.word.replace(word))
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

/// What an attempt has learnt from the calls inside it.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Learnt {
    /// An inner operation has given up.
    pub(crate) marked: bool,
    /// So many attempts were used up by retries inside.
    pub(crate) used_up: u32,
}

/// What an attempt keeps of its context while it does not run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    pub(crate) marks: Nesting,
    pub(crate) node: Option<Arc<Node>>,
}

impl Kept {
    /// Of code that runs in the context of this attempt too.
    pub(crate) fn of_node(node: Arc<Node>) -> Self {
        Self { marks: Nesting(node.marks().0 | NODE), node: Some(node) }
    }

    pub(crate) fn learnt(&self) -> Learnt {
        Learnt::of(self.marks, self.node.as_ref())
    }
}

impl Learnt {
    fn of(marks: Nesting, node: Option<&Arc<Node>>) -> Self {
        match node {
            Some(node) => Self { marked: node.marks().is_marked(), used_up: node.used_up() },
            None => Self { marked: marks.is_marked(), used_up: 0 },
        }
    }
}

/// The attempt around the code that runs now. It is left, or a panic drops it: either puts the one around that back.
pub(crate) struct Scope {
    outer: u64,
}

/// What running the attempt has left in its word, and the word around it.
#[derive(Clone, Copy)]
pub(crate) struct Left {
    word: u64,
    outer: u64,
}

impl Scope {
    /// Enters a first attempt, of a call without a deadline.
    #[inline]
    pub(crate) fn first() -> Self {
        Self::enter_word(NEVER, Nesting::default())
    }

    /// Enters the attempt of this number.
    #[inline]
    pub(crate) fn enter(deadline: u64, number: u32, marks: Nesting, node: &mut Option<Arc<Node>>) -> Self {
        if marks.0 & (NODE | LATER) == 0 {
            return Self::enter_word(deadline, marks);
        }
        // Where there is a node the marks say so.
        if marks.0 & NODE != 0 {
            return Self::enter_with(deadline, number, marks, node.take());
        }
        Self::enter_later(deadline, number, marks)
    }

    /// Enters an attempt of which the word says all.
    #[inline]
    pub(crate) fn enter_word(deadline: u64, marks: Nesting) -> Self {
        Self { outer: replace_word(inside(deadline, marks)) }
    }

    /// Enters an attempt that is not the first of its call, and has no node.
    #[inline]
    pub(crate) fn enter_later(deadline: u64, number: u32, marks: Nesting) -> Self {
        HERE.with(|here| {
            let outer = here.word.get();
            // The number of the attempt around, if it stands in no node yet, would be overwritten.
            if low(outer) & (NODE | LATER) == LATER {
                return Self::enter_with(deadline, number, marks, None);
            }
            here.number.set(number);
            here.word.set(inside(deadline, marks));
            Self { outer }
        })
    }

    /// Enters an attempt that has a node, or stands inside one past its first.
    #[cold]
    #[inline(never)]
    fn enter_with(deadline: u64, number: u32, marks: Nesting, node: Option<Arc<Node>>) -> Self {
        if low(word()) & (NODE | LATER) == LATER {
            attempt_node();
        }
        if let Some(node) = node {
            push(node);
        }
        HERE.with(|here| here.number.set(number));
        Self::enter_word(deadline, marks)
    }

    /// Leaves it.
    #[inline]
    pub(crate) fn leave(self) -> Left {
        let outer = self.outer;
        core::mem::forget(self);
        Left { word: replace_word(outer), outer }
    }
}

impl Left {
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

    /// What the attempt has learnt, where nothing else is kept of it.
    #[inline]
    pub(crate) fn learnt(self) -> Learnt {
        if low(self.word) & NODE == 0 {
            return Learnt { marked: marks_of(self.word).is_marked(), used_up: 0 };
        }
        self.kept().learnt()
    }

    /// What the attempt keeps.
    #[cold]
    #[inline(never)]
    pub(crate) fn kept(self) -> Kept {
        let node = if low(self.word) & NODE == 0 { None } else { pop() };
        Kept { marks: Nesting(low(self.word) & !IN_SCOPE), node }
    }
}

impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        unwind(self.outer);
    }
}

#[cold]
#[inline(never)]
fn unwind(outer: u64) {
    let left = Left { word: replace_word(outer), outer };
    if left.kept().marks.is_later() {
        give_up();
    }
}

/// The stack; where the thread is ending and has none any more, nothing stands around.
fn nodes<T: Default>(look: impl FnOnce(&mut Vec<Arc<Node>>) -> T) -> T {
    NODES.try_with(|nodes| look(&mut nodes.borrow_mut())).unwrap_or_default()
}

#[cold]
fn push(node: Arc<Node>) {
    nodes(|nodes| {
        nodes.push(node);
        HERE.with(|here| here.has_nodes.set(true));
    });
}

#[cold]
fn pop() -> Option<Arc<Node>> {
    nodes(|nodes| {
        let node = nodes.pop();
        HERE.with(|here| here.has_nodes.set(!nodes.is_empty()));
        node
    })
}

/// A link around the code that runs now that is no attempt; away when it is dropped.
pub(crate) struct Link(());

impl Link {
    pub(crate) fn enter(node: Arc<Node>) -> Self {
        push(node);
        Self(())
    }
}

impl Drop for Link {
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
        Some(node) => node.deadline_and_number().1,
        None if marks_of(word).is_later() => HERE.with(|here| here.number.get()),
        None => 1,
    };
    (low(word) & IN_SCOPE != 0).then_some((word | LOW, number))
}

#[cold]
fn marks() -> Nesting {
    attempt_node().map_or_else(Nesting::default, |node| node.marks())
}

/// The node of the attempt around, if it has one.
fn attempt() -> Option<Arc<Node>> {
    if low(word()) & NODE == 0 {
        return None;
    }
    nodes(|nodes| nodes.iter().rev().find(|node| node.is_attempt()).cloned())
}

fn mark(next: impl Fn(Nesting) -> Nesting) {
    let word = word();
    if low(word) & IN_SCOPE == 0 {
        return;
    }
    match attempt() {
        Some(node) => node.mark(next),
        None => set_word(inside(word, next(marks_of(word)))),
    }
}

/// An operation has given up: the attempt around it is marked.
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
pub(crate) fn has_nodes() -> bool {
    HERE.with(|here| here.has_nodes.get())
}

/// The innermost link around the code that runs now.
pub(crate) fn innermost() -> Option<Arc<Node>> {
    if has_nodes() { nodes(|nodes| nodes.last().cloned()) } else { None }
}

/// Takes one retry from all that stands around, or says what the call ends with.
pub(crate) fn take_retry() -> Result<(), StopReason> {
    innermost().map_or(Ok(()), |node| node.take_retry())
}

/// Gives that back, for a retry that is not made.
pub(crate) fn put_back() {
    if let Some(node) = innermost() {
        node.put_back();
    }
}

/// The node of the attempt around, which is made where there is none yet: other links and other threads need one.
/// `None` outside of attempts.
pub(crate) fn attempt_node() -> Option<Arc<Node>> {
    let word = word();
    if low(word) & IN_SCOPE == 0 {
        return None;
    }
    let made = || {
        // Links inside this attempt have made its node before they were entered, so what is innermost is around it.
        let (_, number) = attempt_around().unwrap_or_default();
        let node = Node::of_attempt(word | LOW, number, marks_of(word), innermost());
        push(node.clone());
        set_word(word | u64::from(NODE));
        node
    };
    Some(attempt().unwrap_or_else(made))
}
