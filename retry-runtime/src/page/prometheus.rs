//! The report as text for Prometheus, version 0.0.4. The names are those of `metrics`, and two gauges.

use core::fmt::Write as _;
use core::time::Duration;
use std::collections::BTreeMap;
use std::format;
use std::string::{String, ToString};

use crate::breaker::State;
use crate::events::{of_class, of_reason, of_state};
use crate::page::column::sum;
use crate::page::escape::Label;
use crate::report::OperationReport;
use crate::report::names::{self, Name};

const BUDGET_LEFT: Name =
    Name { name: "retry_budget_left", help: "What is left in the budget: tokens of a credit, else retries" };
const BREAKER_STATE: Name =
    Name { name: "retry_breaker_state", help: "1 for the state that the breaker is in, 0 for the others" };

const STATES: [State; 5] = [State::Closed, State::Open, State::HalfOpen, State::ForcedOpen, State::ForcedClosed];

type Operations<'a> = &'a [OperationReport];

/// Every name with its help, its kind, and what it is for each operation that has it.
pub(super) fn text(operations: Operations) -> String {
    let mut text = String::new();
    one_each(&mut text, &names::CALLS, operations, |of| of.calls);
    labelled(&mut text, (&names::FAILED, "counter", "class"), operations, |of| {
        of.failures.iter().map(|(class, count)| (of_class(*class), *count))
    });
    labelled(&mut text, (&names::RETRIES, "counter", "class"), operations, |of| {
        of.retries.iter().map(|(class, count)| (of_class(*class), *count))
    });
    one_each(&mut text, &names::RECOVERED, operations, |of| of.recovered);
    labelled(&mut text, (&names::GAVE_UP, "counter", "reason"), operations, |of| {
        of.gave_up.iter().map(|(reason, count)| (of_reason(*reason), *count))
    });
    one_each(&mut text, &names::BUDGET_DENIED, operations, |of| of.budget_denied);
    labelled(&mut text, (&names::BREAKER_CHANGES, "counter", "to"), operations, |of| {
        of.breaker_changes.iter().map(|(state, count)| (of_state(*state), *count))
    });
    one_each(&mut text, &names::REPLAYED, operations, |of| of.replayed);
    one_each(&mut text, &names::BLOCKED, operations, |of| of.blocked_runtime.into());
    waits(&mut text, operations);
    let left = operations.iter().filter_map(|of| Some((operation(of), of.budget_left?)));
    family(&mut text, &BUDGET_LEFT, "gauge", left);
    labelled(&mut text, (&BREAKER_STATE, "gauge", "state"), operations, |of| {
        let state = of.breaker;
        let states = if state.is_some() { &STATES[..] } else { &[] };
        states.iter().map(move |one| (of_state(*one), u64::from(state == Some(*one))))
    });
    text
}

/// A counter without a label of its own.
fn one_each(text: &mut String, name: &Name, operations: Operations, count: fn(&OperationReport) -> u64) {
    family(text, name, "counter", operations.iter().map(|of| (operation(of), count(of))));
}

/// Numbers with one more label.
fn labelled<'a, W: AsRef<str>, C: Iterator<Item = (W, u64)>>(
    text: &mut String,
    (name, kind, label): (&Name, &str, &str),
    operations: Operations<'a>,
    counts: impl Fn(&'a OperationReport) -> C,
) {
    let samples = operations.iter().flat_map(|of| {
        let operation = operation(of);
        counts(of).map(move |(word, count)| (format!("{operation},{label}=\"{}\"", Label(word.as_ref())), count))
    });
    family(text, name, kind, samples);
}

/// A name with all its series. Operations of one name are one series: their sum.
fn family(text: &mut String, name: &Name, kind: &str, samples: impl Iterator<Item = (String, u64)>) {
    let mut series = BTreeMap::<_, u64>::new();
    for (labels, count) in samples {
        *series.entry(labels).or_default() += count;
    }
    head(text, name, kind);
    for (labels, count) in series {
        let _ = writeln!(text, "{}{{{labels}}} {count}", name.name);
    }
}

fn head(text: &mut String, Name { name, help }: &Name, kind: &str) {
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

fn operation(of: &OperationReport) -> String {
    format!("operation=\"{}\"", Label(of.name))
}

/// What a histogram has: how many were at most so long, how long they were together, and how many they were.
#[derive(Default)]
struct Waits {
    at_most: BTreeMap<Duration, u64>,
    sum: Duration,
    count: u64,
}

fn waits(text: &mut String, operations: Operations) {
    let mut series = BTreeMap::<_, Waits>::new();
    for of in operations {
        let waits = series.entry(operation(of)).or_default();
        for (top, count) in of.delays.at_most() {
            *waits.at_most.entry(top).or_default() += count;
        }
        waits.sum = waits.sum.saturating_add(of.delays.sum);
        waits.count += sum(&of.retries);
    }
    let name = names::DELAY.name;
    head(text, &names::DELAY, "histogram");
    for (labels, Waits { at_most, sum, count }) in series {
        let tops = at_most.into_iter().map(|(top, count)| (top.as_secs_f64().to_string(), count));
        for (top, count) in tops.chain([("+Inf".into(), count)]) {
            let _ = writeln!(text, "{name}_bucket{{{labels},le=\"{top}\"}} {count}");
        }
        let _ = writeln!(text, "{name}_sum{{{labels}}} {}\n{name}_count{{{labels}}} {count}", sum.as_secs_f64());
    }
}
