//! Rules `TimeoutOfCaller` and `DeadlineOfCaller`.
//!
//! A function must fit into the time limits of its callers.

use core::time::Duration;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::review::lint::call_graph::CallGraph;
use crate::review::lint::findings::{Finding, Rule};
use crate::review::reviewed::ReviewedOperation;
use crate::review::table_row::time;

/// Checks the operation at `inner` inside each of its callers.
pub(super) fn check(inner: usize, graph: &CallGraph<'_>) -> Vec<Finding> {
    let operation = graph.operation(inner);
    graph
        .callers(inner)
        .filter_map(|outer| {
            let caller = graph.operation(outer);
            times_out_first(operation, caller).or_else(|| takes_too_long(operation, caller))
        })
        .collect()
}

fn times_out_first(operation: ReviewedOperation, caller: ReviewedOperation) -> Option<Finding> {
    let (own, outer) = operation.timeout_of(1).zip(caller.attempt_timeout().known())?;
    (outer <= own).then(|| {
        let (own, outer, name) = (time(own), time(outer), caller.name());
        let message = format!(
            "its attempts time out after {own}, but an attempt of `{name}`, which calls it, times out after {outer}: no retry \
             can follow; write an `attempt_timeout` below {outer} here, or a longer one there"
        );
        Finding::new(operation, Rule::TimeoutOfCaller, message)
    })
}

/// Compares attempts and delays with the limit of the caller.
///
/// Time in line does not count: a call waits there only while the service answers, and the limit ends the wait.
fn takes_too_long(operation: ReviewedOperation, caller: ReviewedOperation) -> Option<Finding> {
    let limit = Limit::new(caller)?;
    let worst = operation.worst_case();
    let needs = worst.time.or(worst.delays).filter(|needs| *needs > limit.after)?;
    let (verb, what) = if worst.time.is_some() { ("take", "") } else { ("wait", " between its attempts") };
    let (needs, name, end) = (time(needs), caller.name(), limit.describe());
    let message = format!(
        "it may {verb} {needs}{what}, but {end} `{name}`, which calls it: {}; shorten its delays or attempts, or allow \
         `{name}` more than {needs}",
        last_attempt(operation, limit.after)
    );
    Some(Finding::new(operation, Rule::DeadlineOfCaller, message))
}

/// The shorter time limit of a caller.
///
/// An attempt timeout never exceeds the deadline.
struct Limit {
    after: Duration,
    is_deadline: bool,
}

impl Limit {
    fn new(caller: ReviewedOperation) -> Option<Self> {
        let timeout = caller.attempt_timeout().known().map(|after| Self { after, is_deadline: false });
        timeout.or_else(|| caller.deadline().known().map(|after| Self { after, is_deadline: true }))
    }

    fn describe(&self) -> String {
        let after = time(self.after);
        if self.is_deadline {
            format!("{after} is the deadline of")
        } else {
            format!("{after} is the attempt timeout of")
        }
    }
}

/// Describes the last attempt that starts within `limit` in the worst case.
///
/// An attempt without a timeout counts as no time.
fn last_attempt(operation: ReviewedOperation, limit: Duration) -> String {
    let mut start = Duration::ZERO;
    let windows = operation.delay_windows();
    let starts = windows.iter().zip(1..).map(|(delay, attempt)| {
        let running = operation.timeout_of(attempt).unwrap_or_default();
        start = start.saturating_add(running).saturating_add(*delay.end());
        start
    });
    let retries = starts.take_while(|start| *start < limit).count();
    let last = retries + 1;
    match operation.worst_case().attempts {
        Some(max) if retries == windows.len() => format!("attempt {max} may be cut short"),
        Some(max) => format!("attempt {last} of {max} may be the last that starts"),
        None if retries == windows.len() => "it may end early".into(),
        None => format!("attempt {last} may be the last that starts"),
    }
}
