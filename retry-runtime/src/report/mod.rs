//! What the retries of this process did (feature `report`): every operation that ran, as a table.
//!
//! ```
//! use retry_runtime::{StopReason, retry};
//!
//! #[retry(max_attempts = 3, retry_on = transient, backoff = none, name = "shop::stock")]
//! fn stock(answers: &mut Vec<std::io::Result<u32>>) -> std::io::Result<u32> {
//!     answers.pop().unwrap()
//! }
//!
//! let timeout = || Err(std::io::ErrorKind::TimedOut.into());
//! stock(&mut vec![Ok(7)])?;
//! stock(&mut vec![Ok(7), timeout()])?;
//! stock(&mut vec![timeout(), timeout(), timeout()]).unwrap_err();
//!
//! let report = retry_runtime::report();
//! let stock = report.operation("shop::stock").unwrap();
//! assert_eq!((stock.calls, stock.first_successes, stock.recovered), (3, 1, 1));
//! assert_eq!(stock.gave_up, [(StopReason::Attempts, 1)]);
//! assert_eq!(stock.amplification, 2.0); // six attempts for three calls
//! println!("{report}");
//! # Ok::<(), std::io::Error>(())
//! ```
//!
//! # What it costs
//!
//! A call that succeeds at its first attempt adds one to a counter, which threads do not share as long as there are at
//! most sixteen; nothing else is counted, and no clock is read. An operation takes a kilobyte for it, and about six more
//! once something failed: then each event takes a lock of that operation for a few additions.
//!
//! # How an operation is
//!
//! [`Health`] says of the last minute in a word whether retries are many and whether they still succeed: `healthy`, `degraded` or
//! `failing`. The table says it below each operation that was not healthy, and the feature `page` makes a live page of it all.
//!
//! # What counts
//!
//! A call counts once its first attempt has ended or was refused, an attempt once it has ended. So calls that still run
//! are in `calls` and neither recovered nor given up, and so are those whose future was dropped, and those whose body panicked in
//! a retry. A call that is dropped after a failure that it was retried for, as by a timeout around it, is lost to the last
//! minute, and so to [`Health`].
//!
//! Each place in the source that retries an expression ([`call`](crate::call()), [`call_blocking`](crate::call_blocking)) is
//! an operation, named as in `src/shop.rs:12`; beyond 256 places they are one, named `expression`.

mod counted;
mod health;
mod minute;
#[cfg(any(feature = "metrics", feature = "page"))]
pub(crate) mod names;
#[cfg(feature = "serde")]
mod serialize;
mod spread;
pub(crate) mod table;
mod trouble;

use core::time::Duration;
use std::vec::Vec;

#[cfg(feature = "metrics")]
pub(crate) use self::counted::calls_of_name;
#[cfg(feature = "tokio")]
pub(crate) use self::counted::dropped;
pub(crate) use self::counted::{Counted, count, first_success, operations};
pub use self::health::Health;
pub use self::minute::LastMinute;
use self::spread::{AtMost, Spread};
use self::trouble::Trouble;
use crate::breaker::State;
use crate::calls::clock;
use crate::{Class, Operation, StopReason};

/// What every operation did that ran, by name: [`Display`](core::fmt::Display) is a table, and with the feature `serde`
/// it serializes.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Report {
    /// By name.
    pub operations: Vec<OperationReport>,
}

/// What one operation did since the process began.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct OperationReport {
    /// Its name; two operations may have the same.
    pub name: &'static str,
    /// Calls whose first attempt has ended, or was refused.
    pub calls: u64,
    /// How it was in the last minute.
    pub health: Health,
    /// Calls that succeeded at their first attempt.
    pub first_successes: u64,
    /// Calls that succeeded after a retry.
    pub recovered: u64,
    /// Calls that ended without a success, by reason; the most frequent first.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::reasons"))]
    pub gave_up: Vec<(StopReason, u64)>,
    /// Attempts that failed, by class; the most frequent first.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::classes"))]
    pub failures: Vec<(Class, u64)>,
    /// Retries, by the class of the failure before them; the most frequent first. Among them are those that were called
    /// off during their wait.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::classes"))]
    pub retries: Vec<(Class, u64)>,
    /// How long retries waited.
    pub delays: DelayStats,
    /// Retries that the budget denied.
    pub budget_denied: u64,
    /// What is left in the budget: the tokens of a credit, where a retry takes 14, or the retries that another shape would
    /// grant. `None` if the operation has none, or each call names one.
    pub budget_left: Option<u64>,
    /// The state of the breaker, if there is one.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::state"))]
    pub breaker: Option<State>,
    /// How often a call of the operation changed the breaker to each state; the most frequent first.
    #[cfg_attr(feature = "serde", serde(serialize_with = "serialize::states"))]
    pub breaker_changes: Vec<(State, u64)>,
    /// Attempts by calls: 1 if nothing is retried.
    pub amplification: f64,
    /// The same over the last minute. Calls that succeed at once leave no time behind: where something failed in the
    /// minute, but not around its begin, how many there were then is taken from the rate since the failure before.
    pub amplification_last_minute: f64,
    /// What happened in the last minute.
    pub last_minute: LastMinute,
    /// Calls that were answered with the remembered result of their idempotency key.
    pub replayed: u64,
    /// Whether it is a blocking operation that waited on a thread which runs tasks of an async runtime.
    pub blocked_runtime: bool,
}

/// The waits that were scheduled before retries, the server's hints included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DelayStats {
    /// Half of the waits were not longer; at most an eighth too high, as the next.
    pub p50: Duration,
    /// 99 of 100 were not longer.
    pub p99: Duration,
    /// The longest, exactly.
    pub max: Duration,
    /// All of them together.
    pub sum: Duration,
    at_most: AtMost,
}

/// What every operation did that ran so far. Numbers of one operation fit each other, but for the first successes, which
/// threads go on to count. The first ten thousand operations are listed, more than a source has.
pub fn report() -> Report {
    Report { operations: each().into_iter().map(|(_, report)| report).collect() }
}

/// Every operation that ran with what it did, by name.
pub(crate) fn each() -> Vec<(&'static Operation, OperationReport)> {
    let mut each: Vec<_> = operations().map(|operation| (operation, of(operation))).collect();
    each.sort_by_key(|(_, report)| report.name);
    each
}

impl Report {
    /// The first operation of this name, if it ran.
    pub fn operation(&self, name: &str) -> Option<&OperationReport> {
        self.operations.iter().find(|operation| operation.name == name)
    }
}

/// Of one operation.
fn of(operation: &'static Operation) -> OperationReport {
    let observed = operation.observed();
    let first_successes = observed.counted.first_successes();
    let mut report = OperationReport {
        name: operation.name(),
        calls: first_successes,
        health: Health::Healthy,
        first_successes,
        recovered: 0,
        gave_up: Vec::new(),
        failures: Vec::new(),
        retries: Vec::new(),
        delays: DelayStats::default(),
        budget_denied: 0,
        budget_left: budget_left(operation),
        breaker: operation.circuit_breaker().map(crate::Breaker::state),
        breaker_changes: Vec::new(),
        amplification: 1.0,
        amplification_last_minute: 1.0,
        last_minute: LastMinute::default(),
        replayed: 0,
        blocked_runtime: observed.has_blocked(),
    };
    match observed.counted.trouble() {
        Some(mut trouble) => report.add(&mut trouble),
        None => report.last_minute = observed.counted.healthy_minute(),
    }
    report
}

fn budget_left(operation: &Operation) -> Option<u64> {
    let max_attempts = operation.policy().most_attempts();
    let shared = operation.shared_budget().map(|budget| budget.left(max_attempts, clock::now));
    shared.or_else(|| operation.tokens_left().map(u64::from))
}

impl OperationReport {
    fn add(&mut self, trouble: &mut Trouble) {
        self.calls += trouble.calls;
        self.recovered = trouble.recovered;
        self.gave_up = most_first(&trouble.gave_up);
        self.failures = most_first(&trouble.failures);
        self.retries = most_first(&trouble.retries);
        self.delays = DelayStats::of(&trouble.waits);
        self.budget_denied = trouble.budget_denied;
        self.breaker_changes = most_first(&trouble.breaker_changes);
        self.replayed = trouble.replayed;
        self.amplification = ratio(float(self.first_successes + trouble.attempts), float(self.calls));
        (self.amplification_last_minute, self.last_minute) = trouble.last_minute(self.first_successes, clock::now());
        self.health = Health::of(&self.last_minute);
    }
}

impl DelayStats {
    /// How many waits were not longer than each of a dozen round durations, from 5 ms to a minute: a histogram.
    pub fn at_most(&self) -> impl Iterator<Item = (Duration, u64)> + use<> {
        spread::tops().zip(self.at_most)
    }

    fn of(waits: &Spread) -> Self {
        Self {
            p50: waits.percentile(50),
            p99: waits.percentile(99),
            max: waits.max(),
            sum: waits.sum(),
            at_most: waits.at_most(),
        }
    }
}

fn most_first<T: Copy>(counts: &[(T, u64)]) -> Vec<(T, u64)> {
    let mut counts = counts.to_vec();
    counts.sort_by_key(|(_, count)| core::cmp::Reverse(*count));
    counts
}

/// Attempts by calls; by one where there was none, and 1 where there was no attempt either.
fn ratio(attempts: f64, calls: f64) -> f64 {
    if attempts <= 0.0 && calls <= 0.0 { 1.0 } else { attempts / calls.max(1.0) }
}

/// Exact up to 2^52.
#[allow(clippy::cast_precision_loss)]
fn float(count: u64) -> f64 {
    count as f64
}
