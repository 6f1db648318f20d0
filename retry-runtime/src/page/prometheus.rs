//! The report in the text format of Prometheus, version 0.0.4.
//!
//! It has the metrics of the feature `metrics`, and two gauges.

use core::fmt::Write as _;
use core::time::Duration;
use std::collections::BTreeMap;
use std::format;
use std::string::{String, ToString};

use crate::breaker::State;
use crate::observe::labels::{class_label, reason_label, state_label};
use crate::observe::metric_names::{self as names, Metric};
use crate::page::column::sum;
use crate::page::escape::Label;
use crate::report::OperationReport;

const BUDGET_LEFT: Metric =
    Metric { name: "retry_budget_left", help: "Rest of the budget: tokens of a credit, otherwise retries" };
const BREAKER_STATE: Metric =
    Metric { name: "retry_breaker_state", help: "1 for the current state of the breaker, 0 for the others" };

const STATES: [State; 5] = [State::Closed, State::Open, State::HalfOpen, State::ForcedOpen, State::ForcedClosed];

type Operations<'a> = &'a [OperationReport];

/// Renders all metrics.
pub(super) fn text(operations: Operations) -> String {
    let mut text = String::new();
    unlabelled(&mut text, &names::CALLS, operations, |report| report.calls);
    labelled(&mut text, (&names::FAILED, "counter", "class"), operations, |report| {
        report.failures.iter().map(|(class, count)| (class_label(*class), *count))
    });
    labelled(&mut text, (&names::RETRIES, "counter", "class"), operations, |report| {
        report.retries.iter().map(|(class, count)| (class_label(*class), *count))
    });
    unlabelled(&mut text, &names::RECOVERED, operations, |report| report.recovered);
    labelled(&mut text, (&names::GAVE_UP, "counter", "reason"), operations, |report| {
        report.gave_up.iter().map(|(reason, count)| (reason_label(*reason), *count))
    });
    labelled(&mut text, (&names::ANSWERED_BY_FALLBACK, "counter", "reason"), operations, |report| {
        report.answered_by_fallback.iter().map(|(reason, count)| (reason_label(*reason), *count))
    });
    unlabelled(&mut text, &names::WAITED, operations, |report| report.waited);
    labelled(&mut text, (&names::WAITED_FOR_LIMIT, "counter", "limit"), operations, |report| {
        report.limit_waits.iter().copied()
    });
    unlabelled(&mut text, &names::HEDGES, operations, |report| report.hedges);
    unlabelled(&mut text, &names::HEDGES_WON, operations, |report| report.hedges_won);
    labelled(&mut text, (&names::HEDGES_REFUSED, "counter", "reason"), operations, |report| {
        report.hedges_refused.iter().copied()
    });
    unlabelled(&mut text, &names::BUDGET_DENIED, operations, |report| report.budget_denied);
    labelled(&mut text, (&names::HINTS_UNREADABLE, "counter", "header"), operations, |report| {
        report.hints_unreadable.iter().copied()
    });
    labelled(&mut text, (&names::BREAKER_CHANGES, "counter", "to"), operations, |report| {
        report.breaker_changes.iter().map(|(state, count)| (state_label(*state), *count))
    });
    unlabelled(&mut text, &names::REPLAYED, operations, |report| report.replayed);
    unlabelled(&mut text, &names::FAULTS_INJECTED, operations, |report| report.faults_injected);
    unlabelled(&mut text, &names::BLOCKED, operations, |report| report.blocked_runtime.into());
    delays(&mut text, operations);
    let left = operations.iter().filter_map(|report| Some((operation(report), report.budget_left?)));
    family(&mut text, &BUDGET_LEFT, "gauge", left);
    labelled(&mut text, (&BREAKER_STATE, "gauge", "state"), operations, |report| {
        let state = report.breaker;
        let states = if state.is_some() { &STATES[..] } else { &[] };
        states.iter().map(move |one| (state_label(*one), u64::from(state == Some(*one))))
    });
    text
}

/// Writes a counter without a label besides the operation.
fn unlabelled(text: &mut String, name: &Metric, operations: Operations, count: fn(&OperationReport) -> u64) {
    family(text, name, "counter", operations.iter().map(|report| (operation(report), count(report))));
}

/// Writes a metric with one more label.
fn labelled<'a, W: AsRef<str>, C: Iterator<Item = (W, u64)>>(
    text: &mut String,
    (name, kind, label): (&Metric, &str, &str),
    operations: Operations<'a>,
    counts: impl Fn(&'a OperationReport) -> C,
) {
    let samples = operations.iter().flat_map(|report| {
        let operation = operation(report);
        counts(report).map(move |(value, count)| (format!("{operation},{label}=\"{}\"", Label(value.as_ref())), count))
    });
    family(text, name, kind, samples);
}

/// Writes a metric with all its series.
///
/// Operations with the same name share one series, their sum.
fn family(text: &mut String, name: &Metric, kind: &str, samples: impl Iterator<Item = (String, u64)>) {
    let mut series = BTreeMap::<_, u64>::new();
    for (labels, count) in samples {
        *series.entry(labels).or_default() += count;
    }
    head(text, name, kind);
    for (labels, count) in series {
        let _ = writeln!(text, "{}{{{labels}}} {count}", name.name);
    }
}

fn head(text: &mut String, Metric { name, help }: &Metric, kind: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn operation(report: &OperationReport) -> String {
    format!("operation=\"{}\"", Label(report.name))
}

/// Series of the histogram: cumulative counts by upper bound, sum and count.
#[derive(Default)]
struct Delays {
    at_most: BTreeMap<Duration, u64>,
    sum: Duration,
    count: u64,
}

fn delays(text: &mut String, operations: Operations) {
    let mut series = BTreeMap::<_, Delays>::new();
    for report in operations {
        let delays = series.entry(operation(report)).or_default();
        for (bound, count) in report.delays.at_most() {
            *delays.at_most.entry(bound).or_default() += count;
        }
        delays.sum = delays.sum.saturating_add(report.delays.sum);
        delays.count += sum(&report.retries);
    }
    let name = names::DELAY.name;
    head(text, &names::DELAY, "histogram");
    for (labels, Delays { at_most, sum, count }) in series {
        let bounds = at_most.into_iter().map(|(bound, count)| (bound.as_secs_f64().to_string(), count));
        for (bound, count) in bounds.chain([("+Inf".into(), count)]) {
            let _ = writeln!(text, "{name}_bucket{{{labels},le=\"{bound}\"}} {count}");
        }
        let _ = writeln!(text, "{name}_sum{{{labels}}} {}\n{name}_count{{{labels}}} {count}", sum.as_secs_f64());
    }
}
