//! What is counted of an operation once something failed.

use std::vec::Vec;

use crate::breaker::State;
use crate::events::EventKind;
use crate::report::minute::{LastMinute, Minute, Totals};
use crate::report::spread::Spread;
use crate::{Class, StopReason};

/// Room from the first failure on, so that hardly a later one allocates.
const REASONS: usize = 12;
const CLASSES: usize = 8;

/// Behind one lock, so that its numbers fit each other; it is held for a few additions.
#[derive(Debug)]
pub(crate) struct Trouble {
    /// Calls whose first attempt did not succeed.
    pub(crate) calls: u64,
    /// Their attempts that have ended.
    pub(crate) attempts: u64,
    /// By what they ended in.
    pub(crate) failures: Vec<(Class, u64)>,
    pub(crate) recovered: u64,
    /// Of those that gave up, the ones that a retry might have helped; and those that were dropped after a failure.
    lost: u64,
    pub(crate) gave_up: Vec<(StopReason, u64)>,
    pub(crate) retries: Vec<(Class, u64)>,
    /// All of them together.
    pub(crate) scheduled: u64,
    pub(crate) budget_denied: u64,
    pub(crate) breaker_changes: Vec<(State, u64)>,
    pub(crate) replayed: u64,
    pub(crate) waits: Spread,
    minute: Minute,
}

impl Trouble {
    /// Of an operation that was first seen then.
    pub(crate) fn since(begun: u64) -> Self {
        Self {
            calls: 0,
            attempts: 0,
            failures: Vec::with_capacity(CLASSES),
            recovered: 0,
            lost: 0,
            gave_up: Vec::with_capacity(REASONS),
            retries: Vec::with_capacity(CLASSES),
            scheduled: 0,
            budget_denied: 0,
            breaker_changes: Vec::new(),
            replayed: 0,
            waits: Spread::new(),
            minute: Minute::since(begun),
        }
    }

    pub(crate) fn count(&mut self, kind: EventKind, first_successes: u64, now: u64) {
        match kind {
            EventKind::AttemptFailed { attempt, class } => {
                more(&mut self.failures, class);
                self.calls += u64::from(attempt == 1);
                self.attempts += 1;
            }
            EventKind::RetryScheduled { class, delay, .. } => {
                more(&mut self.retries, class);
                self.scheduled += 1;
                self.waits.count(delay);
            }
            EventKind::Recovered { .. } => {
                self.attempts += 1;
                self.recovered += 1;
            }
            EventKind::GaveUp { attempts, class, reason } => {
                more(&mut self.gave_up, reason);
                self.lost += u64::from(!matches!(reason, StopReason::NotRetryable | StopReason::Cancelled));
                // No attempt of it has failed: it was refused, or cancelled in its first one.
                if class.is_none() {
                    self.calls += 1;
                    self.attempts += u64::from(attempts > 0);
                }
            }
            EventKind::BudgetDenied { .. } => self.budget_denied += 1,
            EventKind::KeyReplayed => self.replayed += 1,
            EventKind::BreakerChanged(change) => more(&mut self.breaker_changes, change.to()),
            EventKind::BlockedRuntime { .. } => {}
        }
        self.look(first_successes, now);
    }

    /// Counts a call that was dropped after a failure that it was retried for.
    #[cfg(feature = "tokio")]
    pub(crate) fn lose(&mut self, first_successes: u64, now: u64) {
        self.lost += 1;
        self.look(first_successes, now);
    }

    /// Attempts by calls over the last minute, and its numbers.
    pub(crate) fn last_minute(&mut self, first_successes: u64, now: u64) -> (f64, LastMinute) {
        self.look(first_successes, now);
        (self.minute.amplification(now), self.minute.numbers(now))
    }

    fn look(&mut self, first_successes: u64, now: u64) {
        let totals = Totals {
            calls: first_successes.saturating_add(self.calls),
            extra: i64::try_from(self.attempts).unwrap_or(i64::MAX).saturating_sub_unsigned(self.calls),
            retries: self.scheduled,
            recovered: self.recovered,
            lost: self.lost,
        };
        self.minute.look(now, totals);
    }
}

/// One more of this; there are so many reasons, and classes are bounded.
fn more<T: PartialEq>(counts: &mut Vec<(T, u64)>, of: T) {
    match counts.iter_mut().find(|(what, _)| *what == of) {
        Some((_, count)) => *count += 1,
        None => counts.push((of, 1)),
    }
}
