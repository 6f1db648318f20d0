//! HTML of the page.
//!
//! The server alone writes it, so that it is the same with scripts and without.

use core::fmt::Write as _;
use std::borrow::ToOwned;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::observe::state::Observable;
use crate::page::column::{Column, Order, grouped};
use crate::page::escape::Html;
use crate::page::history::Rates;
use crate::page::sort::Sort;
use crate::page::table_row;
use crate::report::{Health, OperationReport};

pub(super) const CSS: &str = include_str!("page.css");
pub(super) const JS: &str = include_str!("page.js");

/// An operation and its report.
pub(super) type Row = (&'static dyn Observable, OperationReport);

/// Renders the whole page; `foreign` is a query that its links repeat.
pub(super) fn page(
    rows: &[Row],
    sort: Sort,
    foreign: &str,
    rates: impl Fn(&'static dyn Observable) -> Rates,
) -> String {
    let query = if foreign.is_empty() { "?".into() } else { format!("?{}&amp;", Html(foreign)) };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>\n\
         <title>Retries: {title}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>{CSS}</style>\n</head>\n<body>\n\
         <header><h1>Retries</h1><p id=\"live\" role=\"status\">refreshes every 5 seconds</p></header>\n\
         <main id=\"retries\">\n{main}</main>\n{LEGEND}\
         <p>As data: <a href=\"{query}format=json\">JSON</a>, \
         <a href=\"{query}format=prometheus\">Prometheus</a></p>\n</footer>\n<script>{JS}</script>\n</body>\n</html>\n",
        title = title(rows),
        main = main(rows, sort, &query, rates),
    )
}

const LEGEND: &str = "<footer>\n<details><summary>How to read it</summary>\n<dl>\n\
    <dt>healthy</dt><dd>At most a tenth of the last minute's calls needed a retry.</dd>\n\
    <dt>degraded</dt><dd>More than a tenth needed a retry, and at least nine tenths of those recovered or were answered \
    by their fallback: retries are many, and succeed.</dd>\n\
    <dt>failing</dt><dd>More than a tenth needed a retry, and more than a tenth of those were lost, including calls whose \
    retry the budget denied and calls that the breaker refused: retries no longer help.</dd>\n\
    <dt>lines</dt><dd>Retries and successes per second in the last five minutes. The current value is at the right, and \
    both lines of a row have the same scale.</dd>\n\
    </dl></details>\n";

/// Renders the summary and the table; `query` starts each link, here and below.
fn main(rows: &[Row], sort: Sort, query: &str, rates: impl Fn(&'static dyn Observable) -> Rates) -> String {
    let chaos = chaos();
    if rows.is_empty() {
        return format!(
            "{chaos}<p class=\"empty\">No annotated function has run yet. Its row appears here as soon as one has.</p>\n"
        );
    }
    let mut main = chaos.to_owned() + &summary(rows);
    main += "<table role=\"table\">\n<caption>Every operation that ran, since the process started</caption>\n";
    main += &head(sort, query);
    for (operation, report) in rows {
        main += &table_row::row(report, &rates(*operation));
    }
    main + "</table>\n"
}

/// Says that failures are injected, while they are.
fn chaos() -> &'static str {
    #[cfg(feature = "chaos")]
    if crate::fault_plan::is_active() {
        return "<p class=\"chaos\" role=\"alert\"><strong>Chaos is active:</strong> failures and latency are injected on \
            purpose, until <code>chaos::stop()</code>.</p>\n";
    }
    ""
}

fn count(rows: &[Row], health: Health) -> usize {
    rows.iter().filter(|(_, report)| report.health == health).count()
}

/// Returns the worst health, and the number of operations that have it.
fn title(rows: &[Row]) -> String {
    match (count(rows, Health::Failing), count(rows, Health::Degraded)) {
        (0, 0) => "healthy".into(),
        (0, degraded) => format!("{degraded} degraded"),
        (failing, _) => format!("{failing} failing"),
    }
}

/// Renders the number of operations by health, and the totals of the last minute.
fn summary(rows: &[Row]) -> String {
    let mut summary = String::from("<div class=\"summary\">\n");
    for health in [Health::Failing, Health::Degraded, Health::Healthy] {
        let count = count(rows, health);
        let none = if count == 0 { " none" } else { "" };
        let _ = writeln!(summary, "<p class=\"{health}{none}\"><b>{count}</b> {}</p>", table_row::badge(health));
    }
    let total = |count: fn(&OperationReport) -> u64| grouped(rows.iter().map(|(_, report)| count(report)).sum());
    let _ = writeln!(
        summary,
        "<p class=\"minute\">Last minute: <b>{}</b> calls, <b>{}</b> needed a retry: <b>{}</b> recovered, \
         <b>{}</b> answered by fallback, <b>{}</b> lost.</p>\n</div>",
        total(|report| report.last_minute.calls),
        total(|report| report.last_minute.needed_a_retry()),
        total(|report| report.last_minute.recovered),
        total(|report| report.last_minute.answered_by_fallback),
        total(|report| report.last_minute.lost),
    );
    summary
}

/// Renders the header; its cells are links that sort the table.
fn head(sort: Sort, query: &str) -> String {
    let links: Vec<_> = Column::ALL.into_iter().map(|column| head_cell(column, sort, query)).collect();
    format!(
        "<thead role=\"rowgroup\"><tr role=\"row\">{}{}{}</tr></thead>\n",
        links.concat(),
        "<th role=\"columnheader\" scope=\"col\" class=\"line\">retries per second</th>",
        "<th role=\"columnheader\" scope=\"col\" class=\"line\">successes per second</th>",
    )
}

fn head_cell(column: Column, sort: Sort, query: &str) -> String {
    let is_sorted = sort.by == column;
    let order = if is_sorted { sort.order.reversed() } else { column.first_order() };
    let (aria, mark) = match (is_sorted, sort.order) {
        (false, _) => ("none", ""),
        (true, Order::Ascending) => ("ascending", "<span aria-hidden=\"true\">\u{25b2}</span>"),
        (true, Order::Descending) => ("descending", "<span aria-hidden=\"true\">\u{25bc}</span>"),
    };
    let (key, label, help, order) = (column.key(), column.label(), column.help(), order.key());
    format!(
        "<th role=\"columnheader\" scope=\"col\" class=\"{key}\" aria-sort=\"{aria}\"><a id=\"sort-{key}\" \
         href=\"{query}sort={key}&amp;order={order}\" title=\"{help}\">{label}{mark}</a></th>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_without_operations_has_no_table() {
        let page = page(&[], Sort::default(), "", |_| Rates::default());
        assert!(page.contains("No annotated function has run yet") && !page.contains("<table"), "{page}");
    }
}
