//! Rows of the table.
//!
//! An operation has a row of numbers, and below it a row of failures and reasons to give up.

use core::fmt::{Display, Write as _};
use std::format;
use std::string::String;

use crate::observe::labels::{class_label, reason_label, state_label};
use crate::page::column::{Column, grouped};
use crate::page::escape::Html;
use crate::page::history::Rates;
use crate::page::spark;
use crate::report::table::retried_calls;
use crate::report::{Health, OperationReport};

/// Number of columns, including the two lines.
const WIDTH: usize = Column::ALL.len() + 2;

/// Renders the rows of one operation.
pub(super) fn row(report: &OperationReport, rates: &Rates) -> String {
    let mut row = format!("<tbody role=\"rowgroup\" class=\"{}\"><tr role=\"row\">", report.health);
    row += &name(report.name);
    for column in Column::ALL.into_iter().skip(1) {
        row += &cell(column, report);
    }
    let top = spark::maximum(&rates.retries).max(spark::maximum(&rates.successes));
    row += &line("retries", report.health.as_str(), &rates.retries, top);
    row += &line("successes", "good", &rates.successes, top);
    row += "</tr>";
    let details = details(report);
    if !details.is_empty() {
        let _ =
            write!(row, "<tr role=\"row\" class=\"details\"><td role=\"cell\" colspan=\"{WIDTH}\">{details}</td></tr>");
    }
    row + "</tbody>\n"
}

/// Renders the health as a word, a symbol and, by its CSS class, a colour.
///
/// None of them is needed to understand the others.
pub(super) fn badge(health: Health) -> String {
    let symbol = match health {
        Health::Healthy => '\u{25cf}',
        Health::Degraded => '\u{25b2}',
        Health::Failing => '\u{2716}',
    };
    format!("<span class=\"badge {health}\"><span aria-hidden=\"true\">{symbol}</span> {health}</span>")
}

/// Renders the name, which may break after each `::`.
fn name(name: &str) -> String {
    let path = format!("{}", Html(name)).replace("::", "::<wbr>");
    format!("<th role=\"rowheader\" scope=\"row\" class=\"operation\">{path}</th>")
}

fn cell(column: Column, report: &OperationReport) -> String {
    let (key, label, text) = (column.key(), column.label(), column.text(report));
    let inner = match column {
        Column::Health => badge(report.health),
        Column::Breaker if text != "-" => format!("<span class=\"{}\">{text}</span>", text.replace(' ', "-")),
        _ => format!("{}", Html(&text)),
    };
    format!("<td role=\"cell\" class=\"{key}\" data-label=\"{label}\">{inner}</td>")
}

/// Renders a line, scaled to `top`.
///
/// Both lines of a row have the same scale, so that few retries among many calls look few.
fn line(title: &str, class: &str, rates: &[f64], top: f64) -> String {
    let now = rates.last().map_or_else(|| "-".into(), |now| spark::brief(*now));
    let svg = spark::svg(title, class, rates, top);
    format!("<td role=\"cell\" class=\"line\" data-label=\"{title} per second\">{svg}<span>{now}</span></td>")
}

/// Renders failures, retries, reasons to give up and other notes.
fn details(report: &OperationReport) -> String {
    let mut details = String::new();
    if report.health != Health::Healthy {
        let _ = write!(details, "<p class=\"alarm\">{}</p>", retried_calls(&report.last_minute));
    }
    let class = |(class, count): &(_, u64)| (class_label(*class), *count);
    if report.failures == report.retries {
        list(&mut details, "failed on, and retry scheduled after", report.failures.iter().map(class));
    } else {
        list(&mut details, "failed on", report.failures.iter().map(class));
        list(&mut details, "retry scheduled after", report.retries.iter().map(class));
    }
    let reason = |(reason, count): &(_, u64)| (reason_label(*reason).replace('_', " "), *count);
    list(&mut details, "gave up by", report.gave_up.iter().map(reason));
    list(&mut details, "answered by fallback after", report.answered_by_fallback.iter().map(reason));
    let changes = report.breaker_changes.iter().map(|(state, count)| (state_label(*state).replace('_', " "), *count));
    list(&mut details, "breaker changed to", changes);
    let waits = report.limit_waits.iter().map(|(limit, count)| (limit.replace('_', " "), *count));
    list(&mut details, "waited for", waits);
    let hedges = [("sent", report.hedges), ("won", report.hedges_won)].into_iter();
    list(&mut details, "hedges", hedges.filter(|_| report.hedges > 0));
    let refused = report.hedges_refused.iter().map(|(reason, count)| (reason.replace('_', " "), *count));
    list(&mut details, "hedges refused by", refused);
    list(&mut details, "hints that cannot be read", report.hints_unreadable.iter().copied());
    list(&mut details, "replayed", (report.replayed > 0).then_some(("calls", report.replayed)).into_iter());
    let injected = (report.faults_injected > 0).then_some(("attempts", report.faults_injected));
    list(&mut details, "faults injected by chaos", injected.into_iter());
    if let Some(settings) = &report.settings {
        let _ = write!(details, "<p class=\"settings\">settings: {}</p>", Html(settings));
    }
    if report.blocked_runtime {
        details += "<p>blocks: it waits on a thread of an async runtime; call it in <code>spawn_blocking</code></p>";
    }
    details
}

fn list<L: Display>(details: &mut String, title: &str, counts: impl Iterator<Item = (L, u64)>) {
    let chips = counts.fold(String::new(), |mut chips, (label, count)| {
        let _ = write!(chips, "<li>{label} <b>{}</b></li>", grouped(count));
        chips
    });
    if !chips.is_empty() {
        let _ = write!(details, "<div><span>{title}</span><ul>{chips}</ul></div>");
    }
}
