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

use crate::calls::marks::{ALLOWED, IN_SCOPE, MARKED, Marks, NODE};
use crate::calls::node::Node;

/// The low bits that are marks; a deadline is exact to 66 us.
const LOW: u64 = 0xffff;

thread_local! {
    static WORD: Cell<u64> = const { Cell::new(NEVER & !LOW) };
    /// The number of the attempt around, where it is not the first.
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

impl Learnt {
    pub(crate) fn of(marks: Marks, node: Option<&Arc<Node>>) -> Self {
        match node {
            Some(node) => Self { marked: node.marks().is_marked(), used_up: node.used_up() },
            None => Self { marked: marks.is_marked(), used_up: 0 },
        }
    }
}

/// The attempt around the code that runs now; puts the one around that back when it is dropped, panic or not.
pub(crate) struct Scope<'a> {
    outer: u64,
    outer_number: u32,
    /// What the attempt keeps while it does not run.
    marks: &'a mut Marks,
    node: &'a mut Option<Arc<Node>>,
}

impl<'a> Scope<'a> {
    /// Enters the attempt of this number, of a call that ends at `deadline`.
    #[inline]
    pub(crate) fn enter(deadline: u64, number: u32, marks: &'a mut Marks, node: &'a mut Option<Arc<Node>>) -> Self {
        let mut word = deadline & !LOW | u64::from(IN_SCOPE | marks.0);
        if let Some(node) = node.take() {
            push(node);
            word |= u64::from(NODE);
        }
        let outer_number = if marks.is_later() { NUMBER.replace(number) } else { 0 };
        Self { outer: WORD.replace(word), outer_number, marks, node }
    }
}

impl Drop for Scope<'_> {
    #[inline]
    fn drop(&mut self) {
        let word = WORD.replace(self.outer);
        if self.marks.is_later() {
            NUMBER.set(self.outer_number);
        }
        *self.marks = marks_of(word);
        if low(word) & NODE != 0 {
            *self.node = pop();
        }
    }
}

#[cold]
fn push(node: Arc<Node>) {
    NODES.with_borrow_mut(|nodes| nodes.push(node));
}

#[cold]
fn pop() -> Option<Arc<Node>> {
    NODES.with_borrow_mut(Vec::pop)
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

/// A call that has gone on after its first attempt: dropped, it has given up.
pub(crate) struct GiveUp(bool);

impl GiveUp {
    #[inline]
    pub(crate) fn unless_disarmed(armed: bool) -> Self {
        Self(armed)
    }

    #[inline]
    pub(crate) fn disarm(mut self) {
        self.0 = false;
    }
}

impl Drop for GiveUp {
    #[inline]
    fn drop(&mut self) {
        if self.0 {
            give_up();
        }
    }
}

/// When the call ends that is around the code that runs now, or `NEVER`; and how many inner operations have given up
/// in its attempt. A call asks when it begins.
#[inline]
pub(crate) fn around() -> (u64, u8) {
    let word = WORD.get();
    // The attempts of the call that begins hide the word; what it allows must be found all the same.
    let marks = if low(word) & (NODE | ALLOWED) == 0 { marks_of(word) } else { marks() };
    // Rounded up, which makes no deadline `NEVER` again.
    (word | LOW, marks.number())
}

/// When the call ends that is around the code that runs now, or `NEVER`, and the number of its attempt; `None` outside of
/// attempts.
pub(crate) fn attempt_around() -> Option<(u64, u32)> {
    let word = WORD.get();
    let number = if marks_of(word).is_later() { NUMBER.get() } else { 1 };
    (low(word) & IN_SCOPE != 0).then_some((word | LOW, number))
}

/// Whether a success inside the attempt that is around may have a mark to clear.
#[inline]
pub(crate) fn may_be_marked() -> bool {
    low(WORD.get()) & (NODE | MARKED) != 0
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
    NODES.with_borrow(|nodes| nodes.iter().rev().find(|node| node.is_attempt()).cloned())
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
    NODES.with_borrow(|nodes| nodes.last().cloned())
}

/// Takes one retry from all that stands around, or says what the call ends with.
pub(crate) fn take_retry() -> Result<(), StopReason> {
    NODES.with_borrow(|nodes| nodes.last().map_or(Ok(()), |node| node.take_retry()))
}

/// Gives that back, for a retry that is not made.
pub(crate) fn put_back() {
    NODES.with_borrow(|nodes| nodes.iter().last().map(|node| node.put_back()));
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
