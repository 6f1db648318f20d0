//! Rule `OpensByChance`.
//!
//! Few failures in a row are no sign of an outage, and a breaker that stays open for long makes one of them.

use std::format;

use crate::Breaker;
use crate::review::lint::findings::{Finding, Rule};
use crate::review::reviewed::ReviewedOperation;
use crate::review::table_row::time;

/// Share of calls that fail by chance.
const FAILS: f64 = 0.2;
const CALLS_PER_SECOND: f64 = 50.0;
/// Share of refused calls from which on it is a finding.
const LIMIT: f64 = 0.1;

pub(super) fn check(operation: ReviewedOperation) -> Option<Finding> {
    let breaker = operation.operation().circuit_breaker()?;
    let failures = breaker.get_consecutive()?;
    let refused = refused_share(breaker, failures);
    (refused >= LIMIT).then(|| {
        let open_for = time(breaker.get_open_for());
        let (failing, refused) = (FAILS * 100.0, refused * 100.0);
        let row = if failures == 1 { "one failure".into() } else { format!("{failures} failures in a row") };
        let message = format!(
            "its breaker opens after {row} for {open_for}: if {failing:.0} % of the calls fail by chance, it refuses \
             {refused:.0} % at {CALLS_PER_SECOND} calls per second; write `Breaker::consecutive(10)` and keep the open time of 1s"
        );
        Finding::new(operation, Rule::OpensByChance, message)
    })
}

/// Returns the share of time that the breaker is open if calls fail by chance.
fn refused_share(breaker: &Breaker, failures: u32) -> f64 {
    // The mean number of calls until so many fail in a row.
    let calls = ((1.0 / FAILS).powi(whole(failures)) - 1.0) / (1.0 - FAILS);
    // All probes must fail to open it again.
    let again = FAILS.powi(whole(breaker.get_half_open_probes()));
    let open = breaker.get_open_for().as_secs_f64() + breaker.get_longest_open().as_secs_f64() * again / (1.0 - again);
    open / (open + calls / CALLS_PER_SECOND)
}

fn whole(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}
