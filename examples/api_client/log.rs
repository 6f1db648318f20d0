//! The log line of a request, and the totals of all calls.

use std::fmt;
use std::time::Instant;

use reqwest::{Method, Response};
use retry_runtime::Classify;
use retry_runtime::report::Report;

/// Log line of one request, written when it is dropped: also if the attempt is cut at its timeout.
///
/// It has no query, headers or body, because secrets are in them.
pub(crate) struct Entry<'a> {
    method: Method,
    endpoint: &'a str,
    attempt: u32,
    /// The status, or the failure class if there was no answer.
    status: String,
    started: Instant,
}

impl<'a> Entry<'a> {
    pub(crate) fn new(method: &Method, path: &'a str, attempt: u32) -> Self {
        let endpoint = path.split_once('?').map_or(path, |(endpoint, _)| endpoint);
        Self { method: method.clone(), endpoint, attempt, status: "interrupted".into(), started: Instant::now() }
    }

    pub(crate) fn set_outcome(&mut self, outcome: &reqwest::Result<Response>) {
        self.status = match outcome {
            Ok(response) => response.status().as_str().to_owned(),
            Err(error) => error.class().to_string(),
        };
    }
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        let Self { method, endpoint, attempt, status, started } = self;
        let milliseconds = started.elapsed().as_millis();
        tracing::info!(%method, endpoint, %status, milliseconds, attempt, "request");
    }
}

/// Totals of all calls so far.
#[derive(Default)]
pub(crate) struct Totals {
    calls: u64,
    at_once: u64,
    recovered: u64,
    from_cache: u64,
    failed: u64,
    retries: u64,
}

impl Totals {
    pub(crate) fn new(report: &Report) -> Self {
        report.operations.iter().fold(Self::default(), |totals, operation| {
            let from_cache: u64 = operation.answered_by_fallback.iter().map(|(_, calls)| calls).sum();
            let gave_up: u64 = operation.gave_up.iter().map(|(_, calls)| calls).sum();
            Self {
                calls: totals.calls + operation.calls,
                at_once: totals.at_once + operation.first_successes,
                recovered: totals.recovered + operation.recovered,
                from_cache: totals.from_cache + from_cache,
                failed: totals.failed + gave_up - from_cache,
                retries: totals.retries + operation.retries_made,
            }
        })
    }

    #[allow(clippy::cast_precision_loss, reason = "no process makes 2^52 calls")]
    fn percent(&self, calls: u64) -> f64 {
        100.0 * calls as f64 / self.calls.max(1) as f64
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { calls, at_once, recovered, from_cache, failed, retries } = self;
        let fresh = at_once + recovered;
        writeln!(formatter, "{calls} calls, {retries} retries")?;
        writeln!(
            formatter,
            "{at_once} succeeded at once, {recovered} after retries, {from_cache} from the cache, {failed} failed"
        )?;
        let (fresh, answered) = (self.percent(fresh), self.percent(fresh + from_cache));
        write!(formatter, "success rate {fresh:.1} %, with the cache {answered:.1} %")
    }
}
