//! What is counted of an operation once something failed.

use std::vec::Vec;

use crate::events::Kind;
use crate::report::minute::Minute;
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
    pub(crate) saved: u64,
    pub(crate) gave_up: Vec<(StopReason, u64)>,
    pub(crate) retries: Vec<(Class, u64)>,
    pub(crate) budget_denied: u64,
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
            saved: 0,
            gave_up: Vec::with_capacity(REASONS),
            retries: Vec::with_capacity(CLASSES),
            budget_denied: 0,
            replayed: 0,
            waits: Spread::new(),
            minute: Minute::since(begun),
        }
    }

    pub(crate) fn count(&mut self, kind: Kind, first_successes: u64, now: u64) {
        match kind {
            Kind::AttemptFailed { attempt, .. } => {
                self.calls += u64::from(attempt == 1);
                self.attempts += 1;
            }
            Kind::RetryScheduled { class, wait, .. } => {
                more(&mut self.retries, class);
                self.waits.count(wait);
            }
            Kind::Saved { .. } => {
                self.attempts += 1;
                self.saved += 1;
            }
            Kind::GaveUp { attempts, class, reason } => {
                more(&mut self.gave_up, reason);
                // No attempt of it has failed: it was refused, or cancelled in its first one.
                if class.is_none() {
                    self.calls += 1;
                    self.attempts += u64::from(attempts > 0);
                }
            }
            Kind::BudgetDenied { .. } => self.budget_denied += 1,
            Kind::KeyReplayed => self.replayed += 1,
            Kind::BreakerChanged(_) | Kind::BlockedRuntime { .. } => {}
        }
        self.look(first_successes, now);
    }

    /// Attempts by calls over the last minute.
    pub(crate) fn last_minute(&mut self, first_successes: u64, now: u64) -> f64 {
        self.look(first_successes, now);
        self.minute.amplification(now)
    }

    fn look(&mut self, first_successes: u64, now: u64) {
        let extra = i64::try_from(self.attempts).unwrap_or(i64::MAX).saturating_sub_unsigned(self.calls);
        self.minute.look(now, first_successes.saturating_add(self.calls), extra);
    }
}

/// One more of this; there are so many reasons, and classes are bounded.
fn more<T: PartialEq>(counts: &mut Vec<(T, u64)>, of: T) {
    match counts.iter_mut().find(|(what, _)| *what == of) {
        Some((_, count)) => *count += 1,
        None => counts.push((of, 1)),
    }
}
