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
use retry_core::marks::{IN_SCOPE, LATER, MARKED, Marks, NODE};

/// The low bits that are marks; a deadline is exact to 66 us.
const LOW: u64 = 0xffff;
/// No attempt is around the code that runs now.
const OUTSIDE: u64 = NEVER & !LOW;

thread_local! {
    static WORD: Cell<u64> = const { Cell::new(OUTSIDE) };
    /// The number of the attempt around, where it is not the first and has no node.
    static NUMBER: Cell<u32> = const { Cell::new(1) };
    static NODES: RefCell<Vec<Arc<Node>>> = const { RefCell::new(Vec::new()) };
}

#[allow(clippy::cast_possible_truncation)] // that is the field
const fn low(word: u64) -> u16 {
    word as u16
}

const fn marks_of(word: u64) -> Marks {
    Marks(low(word) & !(IN_SCOPE | NODE))
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
    pub(crate) marks: Marks,
    pub(crate) node: Option<Arc<Node>>,
}

impl Kept {
    /// Of code that runs in the context of this attempt too.
    pub(crate) fn of_node(node: Arc<Node>) -> Self {
        Self { marks: Marks(node.marks().0 | NODE), node: Some(node) }
    }

    pub(crate) fn learnt(&self) -> Learnt {
        Learnt::of(self.marks, self.node.as_ref())
    }
}

impl Learnt {
    pub(crate) fn of(marks: Marks, node: Option<&Arc<Node>>) -> Self {
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
        Self { outer: WORD.replace(OUTSIDE | u64::from(IN_SCOPE)) }
    }

    /// Enters the attempt of this number.
    #[inline]
    pub(crate) fn enter(deadline: u64, number: u32, marks: Marks, node: &mut Option<Arc<Node>>) -> Self {
        if marks.0 & (NODE | LATER) != 0 {
            bring(number, node);
        }
        Self { outer: WORD.replace(deadline & !LOW | u64::from(IN_SCOPE | marks.0)) }
    }

    /// Leaves it.
    #[inline]
    pub(crate) fn leave(self) -> Left {
        let outer = self.outer;
        core::mem::forget(self);
        Left { word: WORD.replace(outer), outer }
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
    pub(crate) const fn is_as(self, marks: Marks) -> bool {
        low(self.word) & !IN_SCOPE == marks.0 && marks.0 & NODE == 0
    }

    /// What the attempt keeps.
    #[cold]
    #[inline(never)]
    pub(crate) fn kept(self) -> Kept {
        let node = if low(self.word) & NODE == 0 { None } else { pop() };
        Kept { marks: Marks(low(self.word) & !IN_SCOPE), node }
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
    let left = Left { word: WORD.replace(outer), outer };
    if left.kept().marks.is_later() {
        give_up();
    }
}

/// A call past its first attempt: dropped before it is over, it has given up.
#[cfg(feature = "tokio")]
#[derive(Debug)]
pub(crate) struct GiveUp(bool);

#[cfg(feature = "tokio")]
impl GiveUp {
    #[inline]
    pub(crate) const fn unless_over(is_later: bool) -> Self {
        Self(is_later)
    }

    /// It is over, or what comes next gives up in its place.
    #[inline]
    pub(crate) const fn over(&mut self) {
        self.0 = false;
    }
}

#[cfg(feature = "tokio")]
impl Drop for GiveUp {
    #[inline]
    fn drop(&mut self) {
        if self.0 {
            give_up();
        }
    }
}

/// What else there is to an attempt that is not the first, or that has a node.
#[cold]
#[inline(never)]
fn bring(number: u32, node: &mut Option<Arc<Node>>) {
    // The number of the attempt around, if it stands in no node yet, is about to be overwritten.
    attempt_node_if_later();
    if let Some(node) = node.take() {
        push(node);
    }
    NUMBER.set(number);
}

fn attempt_node_if_later() {
    if low(WORD.get()) & (NODE | LATER) == LATER {
        attempt_node();
    }
}

/// The stack; where the thread is ending and has none any more, nothing stands around.
fn nodes<T: Default>(look: impl FnOnce(&mut Vec<Arc<Node>>) -> T) -> T {
    NODES.try_with(|nodes| look(&mut nodes.borrow_mut())).unwrap_or_default()
}

#[cold]
fn push(node: Arc<Node>) {
    nodes(|nodes| nodes.push(node));
}

#[cold]
fn pop() -> Option<Arc<Node>> {
    nodes(Vec::pop)
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
    WORD.get() == OUTSIDE
}

/// When the call ends that is around the code that runs now, or `NEVER`; and how many inner operations have given up
/// in its attempt.
pub(crate) fn around() -> (u64, u8) {
    let word = WORD.get();
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
    let word = WORD.get();
    let number = match attempt() {
        Some(node) => node.deadline_and_number().1,
        None if marks_of(word).is_later() => NUMBER.get(),
        None => 1,
    };
    (low(word) & IN_SCOPE != 0).then_some((word | LOW, number))
}

#[cold]
fn marks() -> Marks {
    attempt_node().map_or_else(Marks::default, |node| node.marks())
}

/// The node of the attempt around, if it has one.
fn attempt() -> Option<Arc<Node>> {
    if low(WORD.get()) & NODE == 0 {
        return None;
    }
    nodes(|nodes| nodes.iter().rev().find(|node| node.is_attempt()).cloned())
}

fn mark(next: impl Fn(Marks) -> Marks) {
    let word = WORD.get();
    if low(word) & IN_SCOPE == 0 {
        return;
    }
    match attempt() {
        Some(node) => node.mark(next),
        None => WORD.set(word & !LOW | u64::from(IN_SCOPE | next(marks_of(word)).0)),
    }
}

/// An operation has given up: the attempt around it is marked.
#[cold]
pub(crate) fn give_up() {
    mark(Marks::given_up);
}

/// A call has succeeded that began when so many had given up.
#[cold]
pub(crate) fn succeed(seen: u8) {
    mark(|marks| marks.succeeded(seen));
}

/// The innermost link around the code that runs now.
pub(crate) fn innermost() -> Option<Arc<Node>> {
    nodes(|nodes| nodes.last().cloned())
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
    let word = WORD.get();
    if low(word) & IN_SCOPE == 0 {
        return None;
    }
    let made = || {
        // Links inside this attempt have made its node before they were entered, so what is innermost is around it.
        let (_, number) = attempt_around().unwrap_or_default();
        let node = Node::of_attempt(word | LOW, number, marks_of(word), innermost());
        push(node.clone());
        WORD.set(word | u64::from(NODE));
        node
    };
    Some(attempt().unwrap_or_else(made))
}
