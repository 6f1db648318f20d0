//! The page: the only place where HTML is written, so that it is the same with scripts and without.

use core::fmt::Write as _;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::Operation;
use crate::page::column::{Column, grouped};
use crate::page::escape::Html;
use crate::page::history::Rates;
use crate::page::query::{Order, Sort};
use crate::page::row;
use crate::report::{Health, OperationReport};

pub(super) const CSS: &str = include_str!("page.css");
pub(super) const JS: &str = include_str!("page.js");

/// What a row shows.
pub(super) type Row = (&'static Operation, OperationReport);

/// The whole page; its links say `others` too, a query.
pub(super) fn page(rows: &[Row], sort: Sort, others: &str, rates: impl Fn(&'static Operation) -> Rates) -> String {
    let query = if others.is_empty() { "?".into() } else { format!("?{}&amp;", Html(others)) };
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <noscript><meta http-equiv=\"refresh\" content=\"5\"></noscript>\n\
         <title>Retries: {title}</title>\n<link rel=\"icon\" href=\"data:,\">\n<style>{CSS}</style>\n</head>\n<body>\n\
         <header><h1>Retries</h1><p id=\"live\" role=\"status\">renewed every 5 seconds</p></header>\n\
         <main id=\"retries\">\n{main}</main>\n{LEGEND}\
         <p>The same for programs: <a href=\"{query}format=json\">JSON</a>, \
         <a href=\"{query}format=prometheus\">Prometheus</a></p>\n</footer>\n<script>{JS}</script>\n</body>\n</html>\n",
        title = title(rows),
        main = main(rows, sort, &query, rates),
    )
}

const LEGEND: &str = "<footer>\n<details><summary>How to read it</summary>\n<dl>\n\
    <dt>healthy</dt><dd>At most a tenth of the last minute's calls needed a retry.</dd>\n\
    <dt>degraded</dt><dd>More than a tenth needed one, and at least nine tenths of those were recovered: retries are many, \
    and succeed.</dd>\n\
    <dt>failing</dt><dd>More than a tenth needed one, and more than a tenth of those were lost, be it that the budget \
    denied the retry or that the breaker refused the call: retries no longer help.</dd>\n\
    <dt>the lines</dt><dd>Retries and successes a second in the last five minutes; now is at the right, and \
    both lines of a row have one scale.</dd>\n\
    </dl></details>\n";

/// Links begin with `query`, here and below.
fn main(rows: &[Row], sort: Sort, query: &str, rates: impl Fn(&'static Operation) -> Rates) -> String {
    if rows.is_empty() {
        return "<p class=\"empty\">No annotated function has run yet. Its row will be here as soon as one has.</p>\n"
            .into();
    }
    let mut main = summary(rows);
    main += "<table role=\"table\">\n<caption>Every operation that ran, since the process began</caption>\n";
    main += &head(sort, query);
    for (operation, of) in rows {
        main += &row::row(of, &rates(operation));
    }
    main + "</table>\n"
}

fn count(rows: &[Row], health: Health) -> usize {
    rows.iter().filter(|(_, of)| of.health == health).count()
}

/// The worst there is, and how often.
fn title(rows: &[Row]) -> String {
    match (count(rows, Health::Failing), count(rows, Health::Degraded)) {
        (0, 0) => "healthy".into(),
        (0, degraded) => format!("{degraded} degraded"),
        (failing, _) => format!("{failing} failing"),
    }
}

/// How many are how, and what the last minute came to.
fn summary(rows: &[Row]) -> String {
    let mut summary = String::from("<div class=\"summary\">\n");
    for health in [Health::Failing, Health::Degraded, Health::Healthy] {
        let count = count(rows, health);
        let none = if count == 0 { " none" } else { "" };
        let _ = writeln!(summary, "<p class=\"{health}{none}\"><b>{count}</b> {}</p>", row::badge(health));
    }
    let total = |of: fn(&OperationReport) -> u64| grouped(rows.iter().map(|(_, row)| of(row)).sum());
    let _ = writeln!(
        summary,
        "<p class=\"minute\">In the last minute <b>{}</b> calls, and <b>{}</b> needed a retry: <b>{}</b> recovered, \
         <b>{}</b> lost.</p>\n</div>",
        total(|of| of.last_minute.calls),
        total(|of| of.last_minute.recovered + of.last_minute.lost),
        total(|of| of.last_minute.recovered),
        total(|of| of.last_minute.lost),
    );
    summary
}

/// Its cells are links, which the server sorts by.
fn head(sort: Sort, query: &str) -> String {
    let links: Vec<_> = Column::ALL.into_iter().map(|column| head_cell(column, sort, query)).collect();
    format!(
        "<thead role=\"rowgroup\"><tr role=\"row\">{}{}{}</tr></thead>\n",
        links.concat(),
        "<th role=\"columnheader\" scope=\"col\" class=\"line\">retries a second</th>",
        "<th role=\"columnheader\" scope=\"col\" class=\"line\">successes a second</th>",
    )
}

fn head_cell(column: Column, sort: Sort, query: &str) -> String {
    let is_sorted = sort.by == column;
    let order = if is_sorted { sort.order.other() } else { column.first_order() };
    let (aria, mark) = match (is_sorted, sort.order) {
        (false, _) => ("none", ""),
        (true, Order::Ascending) => ("ascending", "<span aria-hidden=\"true\">\u{25b2}</span>"),
        (true, Order::Descending) => ("descending", "<span aria-hidden=\"true\">\u{25bc}</span>"),
    };
    let (word, label, help, order) = (column.word(), column.label(), column.help(), order.word());
    format!(
        "<th role=\"columnheader\" scope=\"col\" class=\"{word}\" aria-sort=\"{aria}\"><a id=\"sort-{word}\" \
         href=\"{query}sort={word}&amp;order={order}\" title=\"{help}\">{label}{mark}</a></th>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_anything_ran_it_says_so() {
        let page = page(&[], Sort::default(), "", |_| Rates::default());
        assert!(page.contains("No annotated function has run yet") && !page.contains("<table"), "{page}");
    }
}
