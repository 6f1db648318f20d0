//! Statistics of an operation, kept once something failed.

use core::time::Duration;
use std::vec::Vec;

use crate::breaker::State;
use crate::observe::event::EventKind;
use crate::observe::histogram::DelayHistogram;
use crate::observe::last_minute::{LastMinute, MinuteWindow, Totals};
use crate::{Class, StopReason};

/// Capacities reserved by the first failure, so that later ones rarely allocate.
const REASONS: usize = 13;
const CLASSES: usize = 8;

/// Statistics behind one lock, which is held for a few additions.
///
/// The numbers are consistent with each other.
pub(crate) struct FailureStats {
    /// Calls whose first attempt did not succeed.
    pub(crate) calls: u64,
    /// Attempts of these calls that have ended.
    pub(crate) attempts: u64,
    /// Failed attempts by class.
    pub(crate) failures: Vec<(Class, u64)>,
    pub(crate) recovered: u64,
    /// Calls that gave up although a retry might have helped, or were dropped.
    lost: u64,
    /// Calls without success, for which `fallback` returned one.
    pub(crate) answered_by_fallback: Vec<(StopReason, u64)>,
    /// Those of them that `lost` counts.
    answered_losses: u64,
    pub(crate) gave_up: Vec<(StopReason, u64)>,
    /// Scheduled retries by the class of the failure before them.
    pub(crate) retries: Vec<(Class, u64)>,
    /// Attempts after the first that have ended, also hedges that were not dropped.
    made: u64,
    /// Hedges in `made`.
    hedges_made: u64,
    pub(crate) budget_denied: u64,
    /// Retries that waited in line for the budget.
    pub(crate) waited: u64,
    /// Attempts that waited for a limit, by its option.
    pub(crate) limit_waits: Vec<(&'static str, u64)>,
    pub(crate) hedges: u64,
    pub(crate) hedges_won: u64,
    /// Hedges that were not sent, by the option that prevented them.
    pub(crate) hedges_refused: Vec<(&'static str, u64)>,
    pub(crate) longest_wait: Duration,
    pub(crate) breaker_changes: Vec<(State, u64)>,
    /// Server hints that cannot be read, by the name of the header.
    pub(crate) hints_unreadable: Vec<(&'static str, u64)>,
    pub(crate) replayed: u64,
    /// Attempts that chaos delayed or failed.
    pub(crate) injected: u64,
    pub(crate) delays: DelayHistogram,
    window: MinuteWindow,
}

impl FailureStats {
    /// Creates empty statistics of an operation whose first event was at `first_seen`.
    pub(super) fn new(first_seen: u64) -> Self {
        Self {
            calls: 0,
            attempts: 0,
            failures: Vec::with_capacity(CLASSES),
            recovered: 0,
            lost: 0,
            answered_by_fallback: Vec::new(),
            answered_losses: 0,
            gave_up: Vec::with_capacity(REASONS),
            retries: Vec::with_capacity(CLASSES),
            made: 0,
            hedges_made: 0,
            budget_denied: 0,
            waited: 0,
            limit_waits: Vec::new(),
            hedges: 0,
            hedges_won: 0,
            hedges_refused: Vec::new(),
            longest_wait: Duration::ZERO,
            breaker_changes: Vec::new(),
            hints_unreadable: Vec::new(),
            replayed: 0,
            injected: 0,
            delays: DelayHistogram::new(),
            window: MinuteWindow::new(first_seen),
        }
    }

    pub(super) fn count(&mut self, kind: EventKind, first_successes: u64, now: u64) {
        match kind {
            EventKind::AttemptFailed { attempt, class } => {
                increment(&mut self.failures, class);
                self.calls += u64::from(attempt == 1);
                self.made += u64::from(attempt > 1);
                self.attempts += 1;
            }
            EventKind::RetryScheduled { class, delay, .. } => {
                increment(&mut self.retries, class);
                self.delays.record(delay);
            }
            EventKind::Recovered { .. } => {
                self.attempts += 1;
                self.made += 1;
                self.recovered += 1;
            }
            EventKind::GaveUp { attempts, class, reason } => {
                increment(&mut self.gave_up, reason);
                self.lost += u64::from(is_loss(reason));
                // No attempt failed: the call was refused, or cancelled during its first attempt.
                if class.is_none() {
                    self.calls += 1;
                    self.attempts += u64::from(attempts > 0);
                }
            }
            EventKind::AnsweredByFallback { reason, .. } => {
                increment(&mut self.answered_by_fallback, reason);
                self.answered_losses += u64::from(is_loss(reason));
            }
            EventKind::HedgeSent { .. } => self.hedges += 1,
            EventKind::HedgeWon => self.hedges_won += 1,
            EventKind::HedgeRefused { reason } => increment(&mut self.hedges_refused, reason),
            // A call that succeeds is counted as one with a success at its first attempt.
            EventKind::AttemptDropped { attempt, succeeded } => {
                self.attempts += 1;
                self.calls += u64::from(attempt == 1 && !succeeded);
            }
            EventKind::WaitingForBudget { .. } => self.waited += 1,
            EventKind::WaitingForLimit { limit, .. } => increment(&mut self.limit_waits, limit),
            EventKind::BudgetGranted { waited, .. } => self.longest_wait = self.longest_wait.max(waited),
            EventKind::BudgetDenied { denial, .. } => {
                self.budget_denied += 1;
                self.longest_wait = self.longest_wait.max(denial.waited());
            }
            EventKind::KeyReplayed => self.replayed += 1,
            EventKind::BreakerChanged(change) => increment(&mut self.breaker_changes, change.to()),
            EventKind::HintUnreadable { header, .. } => increment(&mut self.hints_unreadable, header),
            EventKind::FaultInjected { .. } => self.injected += 1,
            EventKind::BlockedRuntime { .. }
            | EventKind::SettingsLoaded { .. }
            | EventKind::SettingsRejected { .. } => {}
        }
        self.record_totals(first_successes, now);
    }

    /// Counts that the attempt whose event comes next is a hedge.
    pub(super) fn count_hedge(&mut self) {
        self.hedges_made += 1;
    }

    /// Returns the number of retries that have ended.
    ///
    /// Fewer than `retries`: the budget may deny a retry that was scheduled.
    pub(crate) fn retries_made(&self) -> u64 {
        self.made.saturating_sub(self.hedges_made)
    }

    /// Counts a call that was dropped after a failure that scheduled a retry.
    pub(super) fn count_dropped(&mut self, first_successes: u64, now: u64) {
        self.lost += 1;
        self.record_totals(first_successes, now);
    }

    /// Returns attempts per call over the last minute, and its numbers.
    pub(crate) fn last_minute(&mut self, first_successes: u64, now: u64) -> (f64, LastMinute) {
        self.record_totals(first_successes, now);
        (self.window.amplification(now), self.window.last_minute(now))
    }

    fn record_totals(&mut self, first_successes: u64, now: u64) {
        let totals = Totals {
            calls: first_successes.saturating_add(self.calls),
            extra_attempts: i64::try_from(self.attempts).unwrap_or(i64::MAX).saturating_sub_unsigned(self.calls),
            retries: self.retries_made(),
            recovered: self.recovered,
            lost: self.lost,
            answered_by_fallback: self.answered_losses,
        };
        self.window.record(now, totals);
    }
}

/// Returns whether a retry might have helped a call that ended for this reason.
fn is_loss(reason: StopReason) -> bool {
    !matches!(reason, StopReason::NotRetryable | StopReason::Cancelled)
}

/// Adds one to the count of `key`.
///
/// Linear search is enough: reasons are a dozen, and classes are bounded.
fn increment<T: PartialEq>(counts: &mut Vec<(T, u64)>, key: T) {
    match counts.iter_mut().find(|(other, _)| *other == key) {
        Some((_, count)) => *count += 1,
        None => counts.push((key, 1)),
    }
}
