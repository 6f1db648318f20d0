//! The report printed as a table.

use core::fmt::{self, Display, Formatter};
use core::time::Duration;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

use crate::observe::labels::{class_label, reason_label, state_label};
use crate::observe::last_minute::LastMinute;
use crate::report::health::Health;
use crate::report::snapshot::{OperationReport, Report};

const HEAD: [&str; 14] = [
    "operation",
    "calls",
    "first",
    "recovered",
    "gave up",
    "retries",
    "amplification",
    "last min",
    "p50",
    "p99",
    "max",
    "in line",
    "longest",
    "budget",
];

/// Prints a line per operation, and notes below each one that failed.
impl Display for Report {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut rows = vec![HEAD.map(String::from)];
        rows.extend(self.operations.iter().map(cells));
        let widths: Vec<_> = (0..HEAD.len()).map(|column| width(&rows, column)).collect();
        let mut notes = [Vec::new()].into_iter().chain(self.operations.iter().map(notes));
        for row in &rows {
            write_row(formatter, row, &widths)?;
            for note in notes.next().unwrap_or_default() {
                writeln!(formatter, "  {note}")?;
            }
        }
        Ok(())
    }
}

fn cells(report: &OperationReport) -> [String; HEAD.len()] {
    let sum = |counts: &mut dyn Iterator<Item = u64>| counts.sum::<u64>().to_string();
    [
        report.name.into(),
        report.calls.to_string(),
        report.first_successes.to_string(),
        report.recovered.to_string(),
        sum(&mut report.gave_up.iter().map(|(_, count)| *count)),
        report.retries_made.to_string(),
        format!("{:.2}", report.amplification),
        format!("{:.2}", report.amplification_last_minute),
        brief(report.delays.p50),
        brief(report.delays.p99),
        brief(report.delays.max),
        report.waited.to_string(),
        brief(report.longest_wait),
        report.budget_left.map_or("-".into(), |left| left.to_string()),
    ]
}

fn notes(report: &OperationReport) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(alarm) = alarm(report) {
        notes.push(alarm);
    }
    if !report.retries.is_empty() {
        notes.push(format!(
            "scheduled after: {}",
            list(report.retries.iter().map(|(class, count)| (class_label(*class), count)))
        ));
    }
    for (title, counts) in [("gave up", &report.gave_up), ("answered by fallback", &report.answered_by_fallback)] {
        if !counts.is_empty() {
            let counts = counts.iter().map(|(reason, count)| (reason_label(*reason).replace('_', " "), count));
            notes.push(format!("{title}: {}", list(counts)));
        }
    }
    if !report.limit_waits.is_empty() {
        let counts = report.limit_waits.iter().map(|(limit, count)| (limit.replace('_', " "), count));
        notes.push(format!("waited for: {}", list(counts)));
    }
    if report.hedges > 0 || !report.hedges_refused.is_empty() {
        let refused = report.hedges_refused.iter().map(|(reason, count)| (reason.replace('_', " "), count));
        let refused = list(refused);
        let refused = if refused.is_empty() { refused } else { format!(", refused by {refused}") };
        notes.push(format!("hedges: {} sent, {} won{refused}", report.hedges, report.hedges_won));
    }
    if !report.hints_unreadable.is_empty() {
        let counts = report.hints_unreadable.iter().map(|(header, count)| (*header, count));
        notes.push(format!("hints that cannot be read: {}", list(counts)));
    }
    if report.replayed > 0 {
        notes.push(format!("replayed: {}", report.replayed));
    }
    if report.faults_injected > 0 {
        notes.push(format!("faults injected by chaos: {}", report.faults_injected));
    }
    if let Some(state) = report.breaker {
        notes.push(format!("breaker: {}", state_label(state).replace('_', " ")));
    }
    if let Some(settings) = &report.settings {
        notes.push(format!("settings: {settings}"));
    }
    if report.blocked_runtime {
        notes.push("blocks: it waits on a thread of an async runtime; call it in `spawn_blocking`".into());
    }
    notes
}

/// Returns a sentence about the last minute, unless it was healthy.
fn alarm(report: &OperationReport) -> Option<String> {
    (report.health != Health::Healthy).then(|| format!("{}: {}", report.health, retried_calls(&report.last_minute)))
}

/// Describes the calls of the last minute that needed a retry.
///
/// A call counts when its first attempt ends, and is recovered, answered or lost when it ends itself: in a given minute there may
/// be more of these than calls.
pub(crate) fn retried_calls(minute: &LastMinute) -> String {
    let LastMinute { calls, recovered, lost, answered_by_fallback: answered, .. } = minute;
    let needed = minute.needed_a_retry();
    let whole = if needed > *calls { "calls that ended".into() } else { format!("of {calls} calls") };
    let answered = if *answered == 0 { String::new() } else { format!(", {answered} answered by fallback") };
    format!("{needed} {whole} in the last minute needed a retry, {recovered} recovered{answered}, {lost} lost")
}

fn list<'a, L: Display>(counts: impl Iterator<Item = (L, &'a u64)>) -> String {
    let counts: Vec<_> = counts.map(|(label, count)| format!("{label} {count}")).collect();
    counts.join(", ")
}

fn width(rows: &[[String; HEAD.len()]], column: usize) -> usize {
    rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0)
}

fn write_row(formatter: &mut Formatter<'_>, row: &[String; HEAD.len()], widths: &[usize]) -> fmt::Result {
    write!(formatter, "{:<1$}", row[0], widths[0])?;
    for (cell, width) in row.iter().zip(widths).skip(1) {
        write!(formatter, "  {cell:>width$}")?;
    }
    writeln!(formatter)
}

/// Formats a delay with about three digits and a unit.
pub(crate) fn brief(delay: Duration) -> String {
    let nanos = delay.as_nanos();
    match nanos {
        0 => "-".into(),
        1..1_000_000 => format!("{}us", nanos.div_ceil(1000)),
        1_000_000..1_000_000_000 => format!("{}ms", nanos / 1_000_000),
        1_000_000_000..100_000_000_000 => format!("{:.1}s", delay.as_secs_f64()),
        _ => format!("{}s", delay.as_secs()),
    }
}
