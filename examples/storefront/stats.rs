//! The numbers of a run: the same for the same seed, whatever the order in which calls end.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::Serialize;

use crate::journal::Journal;
use crate::operation::Operation;
use crate::script::Fault;

/// Counters updated as calls end.
#[derive(Default)]
pub(crate) struct Stats {
    by_operation: BTreeMap<Operation, Counts>,
    faults: BTreeMap<Fault, u32>,
    delays: Vec<Duration>,
}

#[derive(Default)]
struct Counts {
    calls: u32,
    attempts: u32,
    retries: BTreeMap<String, u32>,
    at_once: u32,
    recovered: u32,
    given_up: BTreeMap<(String, String), u32>,
    from_cache: u32,
    /// Total delay of each call that waited.
    waited: Vec<Duration>,
}

/// The numbers of a run, as the table and `--json` show them.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) seed: u64,
    pub(crate) operations: Vec<Row>,
    pub(crate) delays: Vec<Bucket>,
    /// Number of attempts that each fault hit.
    pub(crate) faults: BTreeMap<&'static str, u32>,
}

#[derive(Serialize)]
pub(crate) struct Row {
    pub(crate) operation: &'static str,
    pub(crate) calls: u32,
    pub(crate) attempts: u32,
    /// By the class of the failure before the retry.
    pub(crate) retries: BTreeMap<String, u32>,
    /// Calls whose first attempt succeeded.
    pub(crate) at_once: u32,
    /// Calls that succeeded after at least one retry.
    pub(crate) recovered: u32,
    pub(crate) given_up: Vec<GivenUp>,
    /// Number of given-up calls that a fallback answered.
    pub(crate) from_cache: u32,
    /// Percentile over the calls that waited.
    pub(crate) waited: Option<DelayStats>,
}

#[derive(Serialize)]
pub(crate) struct GivenUp {
    pub(crate) why: String,
    pub(crate) class: String,
    pub(crate) calls: u32,
}

#[derive(Clone, Copy, Serialize)]
pub(crate) struct DelayStats {
    pub(crate) calls: usize,
    pub(crate) median_ms: f64,
    pub(crate) worst_ms: f64,
}

/// Number of delays below a bound and not below the previous one.
#[derive(Serialize)]
pub(crate) struct Bucket {
    /// `None` for the rest.
    pub(crate) below_ms: Option<u32>,
    pub(crate) delays: usize,
}

/// The bounds of the histogram.
const BOUNDS_MS: [u32; 6] = [10, 20, 40, 80, 160, 1000];

impl Stats {
    /// Counts a call that has ended.
    pub(crate) fn file(&mut self, operation: Operation, journal: &Journal, answered: bool) {
        self.by_operation.entry(operation).or_default().file(journal, answered);
        self.delays.extend(&journal.delays);
        for fault in &journal.faults {
            *self.faults.entry(*fault).or_default() += 1;
        }
    }

    pub(crate) fn into_report(self, seed: u64) -> Report {
        Report {
            seed,
            operations: self.by_operation.into_iter().map(|(operation, counts)| counts.into_row(operation)).collect(),
            delays: buckets(&self.delays),
            faults: self.faults.into_iter().map(|(fault, attempts)| (fault.name(), attempts)).collect(),
        }
    }
}

impl Counts {
    fn file(&mut self, journal: &Journal, answered: bool) {
        self.calls += 1;
        self.attempts += journal.attempts;
        for class in &journal.retries {
            *self.retries.entry(class.to_string()).or_default() += 1;
        }
        if !journal.delays.is_empty() {
            self.waited.push(journal.waited());
        }
        match journal.given_up {
            Some((reason, class)) => {
                *self.given_up.entry((format!("{reason:?}"), class.to_string())).or_default() += 1;
                self.from_cache += u32::from(answered);
            }
            None if journal.attempts == 1 => self.at_once += 1,
            None => self.recovered += 1,
        }
    }

    fn into_row(self, operation: Operation) -> Row {
        let given_up = self.given_up.into_iter().map(|((why, class), calls)| GivenUp { why, class, calls });
        Row {
            operation: operation.name(),
            calls: self.calls,
            attempts: self.attempts,
            retries: self.retries,
            at_once: self.at_once,
            recovered: self.recovered,
            given_up: given_up.collect(),
            from_cache: self.from_cache,
            waited: waited(self.waited),
        }
    }
}

/// The median is the lower one of an even number.
fn waited(mut times: Vec<Duration>) -> Option<DelayStats> {
    times.sort_unstable();
    let worst = *times.last()?;
    let median = times[(times.len() - 1) / 2];
    Some(DelayStats { calls: times.len(), median_ms: millis(median), worst_ms: millis(worst) })
}

/// To a tenth.
fn millis(time: Duration) -> f64 {
    (time.as_secs_f64() * 10_000.0).round() / 10.0
}

fn buckets(delays: &[Duration]) -> Vec<Bucket> {
    let mut lower = Duration::ZERO;
    let mut buckets = Vec::new();
    for bound in BOUNDS_MS.map(Some).into_iter().chain([None]) {
        let upper = bound.map_or(Duration::MAX, |ms| Duration::from_millis(ms.into()));
        let inside = delays.iter().filter(|&&delay| lower <= delay && delay < upper).count();
        buckets.push(Bucket { below_ms: bound, delays: inside });
        lower = upper;
    }
    buckets
}
