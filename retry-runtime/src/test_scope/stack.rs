//! Scopes that the running code is in.

use core::cell::{Cell, RefCell};
use core::marker::PhantomData;
use std::sync::Arc;
use std::thread_local;
use std::vec::Vec;

use crate::test_scope::flow::{self, Flow};
use crate::test_scope::state::{Generation, ScopeState};

thread_local! {
    /// True if the stack is not empty; a call outside of scopes reads only this.
    static IS_ENTERED: Cell<bool> = const { Cell::new(false) };
    static NEXT_ENTRY: Cell<u64> = const { Cell::new(0) };
    /// The scopes of this thread with their entries, the innermost last.
    static STACK: RefCell<Vec<(u64, Arc<ScopeState>)>> = const { RefCell::new(Vec::new()) };
}

/// Returns whether the running code is in a scope.
#[inline]
pub(crate) fn is_entered() -> bool {
    IS_ENTERED.get()
}

/// Returns the innermost scope that the running code is in.
///
/// On a thread that is ending there is none any more.
#[cold]
pub(crate) fn current() -> Option<Arc<ScopeState>> {
    let innermost =
        |stack: &RefCell<Vec<(u64, Arc<ScopeState>)>>| stack.borrow().last().map(|(_, scope)| scope.clone());
    if is_entered() { STACK.try_with(innermost).ok().flatten() } else { None }
}

/// Returns the state of the innermost scope that the running code is in.
#[inline]
pub(crate) fn current_generation() -> Option<&'static Generation> {
    if is_entered() { current().map(|scope| scope.generation()) } else { None }
}

/// Stay of this thread in a scope, until it is dropped.
///
/// Entries may be dropped in any order: the innermost of the rest is the current one.
#[derive(Debug)]
pub(crate) struct Entry {
    number: u64,
    /// Time of the code outside, which this stay does not move.
    outer: Flow,
    /// Not `Send`, because it entered the scope on this thread.
    thread: PhantomData<*const ()>,
}

impl Entry {
    pub(crate) fn new(scope: Arc<ScopeState>) -> Self {
        let number = NEXT_ENTRY.get();
        NEXT_ENTRY.set(number + 1);
        let _ = STACK.try_with(|stack| {
            stack.borrow_mut().push((number, scope));
            IS_ENTERED.set(true);
        });
        Self { number, outer: flow::replace(None), thread: PhantomData }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        flow::replace(self.outer);
        let left = STACK.try_with(|stack| {
            let mut stack = stack.borrow_mut();
            let at = stack.iter().rposition(|(number, _)| *number == self.number);
            let left = at.map(|at| stack.remove(at));
            IS_ENTERED.set(!stack.is_empty());
            left
        });
        // Dropped without the borrow: with the last handle go its subscribers, and they may make calls.
        drop(left);
    }
}
