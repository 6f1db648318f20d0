//! The report as a table.

use core::fmt::{self, Display, Formatter};
use core::time::Duration;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

use crate::events::{of_class, of_reason, of_state};
use crate::report::{Health, LastMinute, OperationReport, Report};

const HEAD: [&str; 12] = [
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
    "budget",
];

/// Lines of a hundred letters or so, and below each operation that failed what it failed by.
impl Display for Report {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut rows = vec![HEAD.map(String::from)];
        rows.extend(self.operations.iter().map(cells));
        let widths: Vec<_> = (0..HEAD.len()).map(|column| width(&rows, column)).collect();
        let mut remarks = [Vec::new()].into_iter().chain(self.operations.iter().map(remarks));
        for row in &rows {
            write_row(formatter, row, &widths)?;
            for remark in remarks.next().unwrap_or_default() {
                writeln!(formatter, "  {remark}")?;
            }
        }
        Ok(())
    }
}

fn cells(of: &OperationReport) -> [String; HEAD.len()] {
    let sum = |counts: &mut dyn Iterator<Item = u64>| counts.sum::<u64>().to_string();
    [
        of.name.into(),
        of.calls.to_string(),
        of.first_successes.to_string(),
        of.recovered.to_string(),
        sum(&mut of.gave_up.iter().map(|(_, count)| *count)),
        sum(&mut of.retries.iter().map(|(_, count)| *count)),
        format!("{:.2}", of.amplification),
        format!("{:.2}", of.amplification_last_minute),
        brief(of.delays.p50),
        brief(of.delays.p99),
        brief(of.delays.max),
        of.budget_left.map_or("-".into(), |left| left.to_string()),
    ]
}

fn remarks(of: &OperationReport) -> Vec<String> {
    let mut remarks = Vec::new();
    if let Some(alarm) = alarm(of) {
        remarks.push(alarm);
    }
    if !of.retries.is_empty() {
        remarks.push(format!("retried: {}", listed(of.retries.iter().map(|(class, count)| (of_class(*class), count)))));
    }
    if !of.gave_up.is_empty() {
        let counts = of.gave_up.iter().map(|(reason, count)| (of_reason(*reason).replace('_', " "), count));
        remarks.push(format!("gave up: {}", listed(counts)));
    }
    if of.replayed > 0 {
        remarks.push(format!("replayed: {}", of.replayed));
    }
    if let Some(state) = of.breaker {
        remarks.push(format!("breaker: {}", of_state(state).replace('_', " ")));
    }
    if of.blocked_runtime {
        remarks.push("blocks: it waits on a thread of an async runtime; call it in `spawn_blocking`".into());
    }
    remarks
}

/// What is to be said of the last minute, where it was not healthy.
fn alarm(of: &OperationReport) -> Option<String> {
    (of.health != Health::Healthy).then(|| format!("{}: {}", of.health, needed(&of.last_minute)))
}

/// How many calls of the last minute needed a retry, and what became of them. A call counts when its first attempt ends, and
/// is recovered or lost when it ends itself, so that there may be more of these.
pub(crate) fn needed(LastMinute { calls, recovered, lost, .. }: &LastMinute) -> String {
    let needed = recovered + lost;
    let of = if needed > *calls { "calls that ended".into() } else { format!("of {calls} calls") };
    format!("{needed} {of} in the last minute needed a retry, {recovered} recovered, {lost} lost")
}

fn listed<'a, W: Display>(counts: impl Iterator<Item = (W, &'a u64)>) -> String {
    let counts: Vec<_> = counts.map(|(what, count)| format!("{what} {count}")).collect();
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

/// Three digits and a unit.
pub(crate) fn brief(wait: Duration) -> String {
    let nanos = wait.as_nanos();
    match nanos {
        0 => "-".into(),
        1..1_000_000 => format!("{}us", nanos.div_ceil(1000)),
        1_000_000..1_000_000_000 => format!("{}ms", nanos / 1_000_000),
        1_000_000_000..100_000_000_000 => format!("{:.1}s", wait.as_secs_f64()),
        _ => format!("{}s", wait.as_secs()),
    }
}
