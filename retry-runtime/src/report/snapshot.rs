//! The report: a snapshot of every operation's numbers.

use core::cmp::Reverse;
use core::time::Duration;
use std::string::String;
use std::vec::Vec;

use crate::breaker::State;
use crate::observe::failure_stats::FailureStats;
use crate::observe::last_minute::{LastMinute, attempts_per_call, float};
use crate::observe::registry::operations;
use crate::observe::state::Observable;
use crate::report::delay_stats::DelayStats;
use crate::report::health::Health;
#[cfg(feature = "serde")]
use crate::report::serialize;
use crate::{Class, StopReason};

/// Numbers of every operation that ran.
///
/// [`Display`](core::fmt::Display) prints a table; with the feature `serde` the report serializes.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// The operations, sorted by name.
    pub operations: Vec<OperationReport>,
}

/// Numbers of one operation since the process started.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct OperationReport {
    /// The operation's name; several operations may have the same.
    pub name: &'static str,
    /// Calls whose first attempt has ended or was refused.
    pub calls: u64,
    /// The health of the last minute.
    pub health: Health,
    /// Calls that succeeded at their first attempt.
    pub first_successes: u64,
    /// Calls that succeeded after at least one retry.
    pub recovered: u64,
    /// Calls that ended without a success by reason, the most frequent first.
    ///
    /// Includes calls that their fallback answered, and calls that returned an `Ok` which `retry_ok` rejects.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::reasons"))]
    pub gave_up: Vec<(StopReason, u64)>,
    /// Calls that gave up, and whose fallback returned a success, by reason.
    ///
    /// The most frequent reason comes first.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::reasons"))]
    pub answered_by_fallback: Vec<(StopReason, u64)>,
    /// Failed attempts by class, the most frequent first.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::classes"))]
    pub failures: Vec<(Class, u64)>,
    /// Attempts after the first that have ended, without hedges.
    pub retries_made: u64,
    /// Scheduled retries by class, the most frequent first.
    ///
    /// The class is that of the failure before the retry. They may be more than [`retries_made`](Self::retries_made),
    /// because they include retries that were cancelled during their delay, and those that the budget denied afterwards.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::classes"))]
    pub retries: Vec<(Class, u64)>,
    /// The delays before retries.
    pub delays: DelayStats,
    /// Retries that waited in line for the budget, whether they got one or not.
    pub waited: u64,
    /// Attempts that waited for a limit.
    ///
    /// By its option, `pace`, `rate_limit` or `concurrency`; the most frequent comes first.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::headers"))]
    pub limit_waits: Vec<(&'static str, u64)>,
    /// Hedges: second attempts that joined a slow first one.
    pub hedges: u64,
    /// Hedges that ended their call with a success.
    ///
    /// If few win, requests are slow and not servers: hedges cost something then and gain nothing.
    pub hedges_won: u64,
    /// Slow first attempts that no hedge joined.
    ///
    /// By the option that prevented it. The most frequent comes first; [`EventKind::HedgeRefused`](crate::events::EventKind) lists them.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::headers"))]
    pub hedges_refused: Vec<(&'static str, u64)>,
    /// The longest time in line so far.
    ///
    /// Counts each wait that ended in a retry, and the sum of a call's waits if the budget denied its last retry, rounded up
    /// by up to 32 ms each. Other waits do not count, as those that the deadline ended.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::seconds"))]
    pub longest_wait: Duration,
    /// Retries that the budget denied.
    pub budget_denied: u64,
    /// The rest of the budget.
    ///
    /// The unit is a token of a credit, of which a retry takes 14, or a retry of another kind of budget. `None` if the
    /// operation has no budget, or each call names one.
    pub budget_left: Option<u64>,
    /// Settings that replace those of the code, with their places.
    ///
    /// For example `max_attempts = 5 (retries.toml:3)`.
    ///
    /// `None` without the feature `settings`, and if the policy is that of the code.
    pub settings: Option<String>,
    /// The state of the circuit breaker, if the attribute names a `static`.
    ///
    /// A breaker from an expression differs between calls; [`Breaker::state`](crate::Breaker::state) returns its state.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::state"))]
    pub breaker: Option<State>,
    /// Changes of the breaker by the new state, the most frequent first.
    ///
    /// Only changes by calls of this operation count.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::states"))]
    pub breaker_changes: Vec<(State, u64)>,
    /// Attempts per call: 1 if nothing is retried.
    pub amplification: f64,
    /// Attempts per call in the last minute.
    ///
    /// Calls that succeed at once record no time: if something failed in the minute but not around its begin, the number
    /// of calls before it is interpolated from the failure before.
    pub amplification_last_minute: f64,
    /// Numbers of the last minute.
    pub last_minute: LastMinute,
    /// Failed attempts whose server hint cannot be read.
    ///
    /// By the name of the header, the most frequent first.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::headers"))]
    pub hints_unreadable: Vec<(&'static str, u64)>,
    /// Calls that returned the recorded result of their idempotency key.
    pub replayed: u64,
    /// Attempts that chaos delayed or failed; `0` without the feature `chaos`.
    ///
    /// [`failures`](Self::failures) has the failed ones too.
    pub faults_injected: u64,
    /// True if the operation blocked an async runtime.
    ///
    /// A blocking operation does so if it waits on a thread that runs tasks of the runtime.
    pub blocked_runtime: bool,
}

/// Takes a report of every operation that ran so far.
///
/// The numbers of one operation are consistent with each other, except the first successes, which threads keep counting
/// meanwhile. The first ten thousand operations are listed.
pub fn report() -> Report {
    Report { operations: operations_with_reports().into_iter().map(|(_, report)| report).collect() }
}

/// Returns every operation that ran with its report, sorted by name.
pub(crate) fn operations_with_reports() -> Vec<(&'static dyn Observable, OperationReport)> {
    let mut reports: Vec<_> = operations().map(|operation| (operation, OperationReport::new(operation))).collect();
    reports.sort_by_key(|(_, report)| report.name);
    reports
}

impl Report {
    /// Returns the first operation with this name, if it ran.
    pub fn operation(&self, name: &str) -> Option<&OperationReport> {
        self.operations.iter().find(|operation| operation.name == name)
    }
}

impl OperationReport {
    fn new(operation: &'static dyn Observable) -> Self {
        let observed = operation.observed();
        let first_successes = observed.counters.first_successes();
        let mut report = Self {
            name: operation.name(),
            calls: first_successes,
            health: Health::Healthy,
            first_successes,
            recovered: 0,
            gave_up: Vec::new(),
            answered_by_fallback: Vec::new(),
            failures: Vec::new(),
            retries_made: 0,
            retries: Vec::new(),
            delays: DelayStats::default(),
            waited: 0,
            limit_waits: Vec::new(),
            hedges: 0,
            hedges_won: 0,
            hedges_refused: Vec::new(),
            longest_wait: Duration::ZERO,
            budget_denied: 0,
            budget_left: operation.budget_left(),
            #[cfg(feature = "settings")]
            settings: operation.settings(),
            #[cfg(not(feature = "settings"))]
            settings: None,
            breaker: operation.breaker_state(),
            breaker_changes: Vec::new(),
            amplification: 1.0,
            amplification_last_minute: 1.0,
            last_minute: LastMinute::default(),
            hints_unreadable: Vec::new(),
            replayed: 0,
            faults_injected: 0,
            blocked_runtime: observed.has_blocked_runtime(),
        };
        match observed.counters.failure_stats() {
            Some(mut stats) => report.add(&mut stats, operation.now()),
            None => {
                let now = operation.now();
                let first_seen = observed.first_seen(now);
                report.last_minute = observed.counters.last_minute_without_failures(first_seen, now);
            }
        }
        report
    }

    fn add(&mut self, stats: &mut FailureStats, now: u64) {
        self.calls += stats.calls;
        self.recovered = stats.recovered;
        self.gave_up = most_frequent_first(&stats.gave_up);
        self.answered_by_fallback = most_frequent_first(&stats.answered_by_fallback);
        self.failures = most_frequent_first(&stats.failures);
        self.retries_made = stats.retries_made();
        self.retries = most_frequent_first(&stats.retries);
        self.delays = DelayStats::new(&stats.delays);
        self.waited = stats.waited;
        self.limit_waits = most_frequent_first(&stats.limit_waits);
        self.hedges = stats.hedges;
        self.hedges_won = stats.hedges_won;
        self.hedges_refused = most_frequent_first(&stats.hedges_refused);
        self.longest_wait = stats.longest_wait;
        self.budget_denied = stats.budget_denied;
        self.breaker_changes = most_frequent_first(&stats.breaker_changes);
        self.hints_unreadable = most_frequent_first(&stats.hints_unreadable);
        self.replayed = stats.replayed;
        self.faults_injected = stats.injected;
        self.amplification = attempts_per_call(float(self.first_successes + stats.attempts), float(self.calls));
        (self.amplification_last_minute, self.last_minute) = stats.last_minute(self.first_successes, now);
        self.health = Health::from_last_minute(&self.last_minute);
    }
}

fn most_frequent_first<T: Copy>(counts: &[(T, u64)]) -> Vec<(T, u64)> {
    let mut counts = counts.to_vec();
    counts.sort_by_key(|(_, count)| Reverse(*count));
    counts
}
