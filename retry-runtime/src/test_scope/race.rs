//! Virtual time of two attempts that run side by side, in its order.
//!
//! Each attempt has a flow of its own. A delay in it passes at once, but only up to the next time at which the other one goes
//! on, or the hedge is due: so what ends first in production ends first in a scope.
//!
//! ```text
//! thread   LIMIT   time up to which delays of the running code may pass
//!          NEXT    earliest end of its delays, of those that wait
//! ```

use core::cell::Cell;
use std::thread_local;

use crate::test_scope::clock::ahead;
use crate::test_scope::flow::{self, Flow};
use crate::test_scope::stack::is_entered;

const NEVER: u64 = u64::MAX;

/// Earliest end of the delays of an attempt.
#[derive(Clone, Copy, Debug)]
struct Next {
    at: u64,
    /// The limit holds one of them.
    is_held: bool,
}

const NOTHING: Next = Next { at: NEVER, is_held: false };

thread_local! {
    static LIMIT: Cell<u64> = const { Cell::new(NEVER) };
    static NEXT: Cell<Next> = const { Cell::new(NOTHING) };
}

/// Notes a delay of the running code that is `nanos` long and waits.
pub(crate) fn plan(nanos: u64) {
    note(ahead().saturating_add(nanos), false);
}

/// Returns whether a delay of `nanos` may pass, and notes it otherwise.
pub(crate) fn may_pass(nanos: u64) -> bool {
    let end = ahead().saturating_add(nanos);
    let may_pass = end <= LIMIT.get();
    if !may_pass {
        note(end, true);
    }
    may_pass
}

fn note(at: u64, is_held: bool) {
    let next = NEXT.get();
    NEXT.set(Next { at: next.at.min(at), is_held: next.is_held || is_held });
}

/// Time of one attempt of a race.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AttemptTime {
    /// `None` outside of scopes.
    flow: Flow,
    next: Next,
}

/// Attempt whose time the running code has.
#[derive(Debug)]
pub(crate) struct EnteredTime {
    /// Flow, limit and delays of the code around it; `None` outside of scopes.
    outer: Option<(Flow, u64, Next)>,
}

impl AttemptTime {
    /// Creates the time of an attempt that begins now.
    pub(crate) fn begin() -> Self {
        Self { flow: is_entered().then(ahead), next: NOTHING }
    }

    /// Returns the time of the next step of the attempt, if it only waits for delays.
    pub(crate) const fn next(&self) -> u64 {
        self.next.at
    }

    /// Returns whether the attempt goes on after `at`, or has done so already.
    pub(crate) fn is_past(&self, at: u64) -> bool {
        let is_next = self.next.is_held && self.next.at > at && at <= LIMIT.get();
        is_next || self.flow.is_some_and(|flow| flow >= at)
    }

    /// Gives the running code the time of the attempt, until [`leave`](Self::leave).
    ///
    /// Its delays pass up to `limit`.
    pub(crate) fn enter(&self, limit: u64) -> EnteredTime {
        let outer = self.flow.map(|flow| {
            let outer_limit = LIMIT.get();
            LIMIT.set(limit.min(outer_limit));
            (flow::replace(Some(flow)), outer_limit, NEXT.replace(NOTHING))
        });
        EnteredTime { outer }
    }

    /// Gives the running code its time back.
    ///
    /// Code that follows the end of the attempt comes after it in time.
    pub(crate) fn leave(&mut self, entered: EnteredTime, is_over: bool) {
        if entered.outer.is_none() {
            return;
        }
        (self.flow, self.next) = (Some(ahead()), NEXT.get());
        drop(entered);
        if is_over {
            self.next = NOTHING;
            flow::replace(flow::get().max(self.flow));
        } else if self.next.at != NEVER {
            note(self.next.at, self.next.is_held);
        }
    }
}

/// Restores the time of the code around it, also after a panic.
impl Drop for EnteredTime {
    fn drop(&mut self) {
        if let Some((flow, limit, next)) = self.outer.take() {
            flow::replace(flow);
            LIMIT.set(limit);
            NEXT.set(next);
        }
    }
}
