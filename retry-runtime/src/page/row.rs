//! What the page says of one operation: a row of numbers, and below it what failed and why it gave up.

use core::fmt::{Display, Write as _};
use std::format;
use std::string::String;

use crate::events::{of_class, of_reason, of_state};
use crate::page::column::{Column, grouped};
use crate::page::escape::Html;
use crate::page::history::Rates;
use crate::page::spark;
use crate::report::table::needed;
use crate::report::{Health, OperationReport};

/// The columns, and the two lines.
const WIDTH: usize = Column::ALL.len() + 2;

pub(super) fn row(of: &OperationReport, rates: &Rates) -> String {
    let mut row = format!("<tbody role=\"rowgroup\" class=\"{}\"><tr role=\"row\">", of.health);
    row += &name(of.name);
    for column in Column::ALL.into_iter().skip(1) {
        row += &cell(column, of);
    }
    let top = spark::most(&rates.retries).max(spark::most(&rates.successes));
    row += &line("retries", of.health.word(), &rates.retries, top);
    row += &line("successes", "good", &rates.successes, top);
    row += "</tr>";
    let why = why(of);
    if !why.is_empty() {
        let _ = write!(row, "<tr role=\"row\" class=\"why\"><td role=\"cell\" colspan=\"{WIDTH}\">{why}</td></tr>");
    }
    row + "</tbody>\n"
}

/// A word, a mark and, by its class, a colour: none alone.
pub(super) fn badge(health: Health) -> String {
    let mark = match health {
        Health::Healthy => '\u{25cf}',
        Health::Degraded => '\u{25b2}',
        Health::Failing => '\u{2716}',
    };
    format!("<span class=\"badge {health}\"><span aria-hidden=\"true\">{mark}</span> {health}</span>")
}

/// It may break after each `::`.
fn name(name: &str) -> String {
    let path = format!("{}", Html(name)).replace("::", "::<wbr>");
    format!("<th role=\"rowheader\" scope=\"row\" class=\"operation\">{path}</th>")
}

fn cell(column: Column, of: &OperationReport) -> String {
    let (word, label, text) = (column.word(), column.label(), column.text(of));
    let inner = match column {
        Column::Health => badge(of.health),
        Column::Breaker if text != "-" => format!("<span class=\"{}\">{text}</span>", text.replace(' ', "-")),
        _ => format!("{}", Html(&text)),
    };
    format!("<td role=\"cell\" class=\"{word}\" data-label=\"{label}\">{inner}</td>")
}

/// Both lines of a row have one height, `top`, so that few retries among many calls look few.
fn line(what: &str, class: &str, rates: &[f64], top: f64) -> String {
    let now = rates.last().map_or_else(|| "-".into(), |now| spark::brief(*now));
    let svg = spark::svg(what, class, rates, top);
    format!("<td role=\"cell\" class=\"line\" data-label=\"{what} a second\">{svg}<span>{now}</span></td>")
}

fn why(of: &OperationReport) -> String {
    let mut why = String::new();
    if of.health != Health::Healthy {
        let _ = write!(why, "<p class=\"alarm\">{}</p>", needed(&of.last_minute));
    }
    let class = |(class, count): &(_, u64)| (of_class(*class), *count);
    if of.failures == of.retries {
        list(&mut why, "failed on, and was retried after", of.failures.iter().map(class));
    } else {
        list(&mut why, "failed on", of.failures.iter().map(class));
        list(&mut why, "was retried after", of.retries.iter().map(class));
    }
    let gave_up = of.gave_up.iter().map(|(reason, count)| (of_reason(*reason).replace('_', " "), *count));
    list(&mut why, "gave up by", gave_up);
    let changes = of.breaker_changes.iter().map(|(state, count)| (of_state(*state).replace('_', " "), *count));
    list(&mut why, "breaker became", changes);
    list(&mut why, "replayed", (of.replayed > 0).then_some(("calls", of.replayed)).into_iter());
    if of.blocked_runtime {
        why += "<p>blocks: it waits on a thread of an async runtime; call it in <code>spawn_blocking</code></p>";
    }
    why
}

fn list<W: Display>(why: &mut String, what: &str, counts: impl Iterator<Item = (W, u64)>) {
    let chips = counts.fold(String::new(), |mut chips, (word, count)| {
        let _ = write!(chips, "<li>{word} <b>{}</b></li>", grouped(count));
        chips
    });
    if !chips.is_empty() {
        let _ = write!(why, "<div><span>{what}</span><ul>{chips}</ul></div>");
    }
}
