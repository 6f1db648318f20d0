//! A run's numbers for people.

use retry_examples::table::Align::{Left, Right};
use retry_examples::table::{Cell, Table};

use crate::stats::{Bucket, DelayStats, GivenUp, Report, Row};

const LEGEND: &str = "
by class: of the failure before the retry; Unclassified is an `Ok` that counts as a failure
median and worst: total delay of a call in ms, of the calls that had one; as planned, not by the clock
";

/// Width of the longest bar, in columns.
const BAR: usize = 50;

pub(crate) fn render(report: &Report) -> String {
    let calls: u32 = report.operations.iter().map(|row| row.calls).sum();
    let mut text = format!("{calls} calls, seed {}\n\n", report.seed);
    text += &table(&report.operations);
    text += LEGEND;
    text += &histogram(&report.delays);
    text += &faults(report);
    text
}

fn table(rows: &[Row]) -> String {
    let mut table = Table::new([
        ("operation", Left),
        ("calls", Right),
        ("attempts", Right),
        ("retries", Right),
        ("by class", Left),
        ("recovered", Right),
        ("given up", Right),
        ("why", Left),
        ("median", Right),
        ("worst", Right),
    ]);
    for row in rows {
        table.push(cells(row));
    }
    table.rule();
    table.push(sum(rows));
    table.render()
}

fn cells(row: &Row) -> [Cell; 10] {
    let (median, worst) = waited(row.waited);
    [
        one(&row.operation),
        one(&row.calls),
        one(&row.attempts),
        one(&retries(row)),
        counted(row.retries.iter().map(|(class, count)| (*count, class.clone())).collect()),
        one(&row.recovered),
        one(&given_up(row)),
        why(row),
        one(&median),
        one(&worst),
    ]
}

/// The last row; its delays are left out, because a median has no sum.
fn sum(rows: &[Row]) -> [Cell; 10] {
    let sum = |count: fn(&Row) -> u32| one(&rows.iter().map(count).sum::<u32>());
    let mut cells = [const { Vec::new() }; 10];
    cells[0] = one(&"all");
    cells[1] = sum(|row| row.calls);
    cells[2] = sum(|row| row.attempts);
    cells[3] = sum(retries);
    cells[5] = sum(|row| row.recovered);
    cells[6] = sum(given_up);
    cells
}

fn why(row: &Row) -> Cell {
    let line = |GivenUp { why, class, calls }: &GivenUp| (*calls, format!("{why}: {class}"));
    let mut lines = counted(row.given_up.iter().map(line).collect());
    if row.from_cache > 0 {
        lines.push(format!("({} answered by the fallback)", row.from_cache));
    }
    lines
}

/// A line each, its number in front.
fn counted(lines: Vec<(u32, String)>) -> Cell {
    let widest = lines.iter().map(|(count, _)| count.to_string().len()).max().unwrap_or(0);
    lines.into_iter().map(|(count, what)| format!("{count:>widest$} {what}")).collect()
}

fn retries(row: &Row) -> u32 {
    row.retries.values().sum()
}

fn given_up(row: &Row) -> u32 {
    row.given_up.iter().map(|given_up| given_up.calls).sum()
}

fn waited(waited: Option<DelayStats>) -> (String, String) {
    let Some(DelayStats { median_ms, worst_ms, .. }) = waited else { return ("-".to_owned(), "-".to_owned()) };
    (format!("{median_ms:.1}"), format!("{worst_ms:.1}"))
}

fn one(value: &impl ToString) -> Cell {
    vec![value.to_string()]
}

fn histogram(buckets: &[Bucket]) -> String {
    let most = buckets.iter().map(|bucket| bucket.delays).max().unwrap_or(0).max(1);
    let mut text = "\ndelays before a retry\n".to_owned();
    let mut above = 0;
    for Bucket { below_ms, delays } in buckets {
        let label = match below_ms {
            Some(below) => format!("{above} to {below} ms"),
            None => format!("{above} ms and more"),
        };
        above = below_ms.unwrap_or(above);
        let line = format!("{label:>16} {delays:>5}  {}", bar(*delays, most));
        text += line.trim_end();
        text += "\n";
    }
    text
}

/// A bar in eighths of a column; what is not nothing is not invisible.
fn bar(count: usize, most: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (count * BAR * 8).div_ceil(most);
    "█".repeat(eighths / 8) + EIGHTHS[eighths % 8]
}

fn faults(report: &Report) -> String {
    if report.faults.is_empty() {
        return "\nattempts hit by a fault: none\n".to_owned();
    }
    let parts: Vec<_> = report.faults.iter().map(|(name, attempts)| format!("{name} ×{attempts}")).collect();
    let lines: Vec<_> = parts.chunks(5).map(|parts| parts.join(", ")).collect();
    format!("\nattempts hit by a fault: {}\n", lines.join(",\n                         "))
}
