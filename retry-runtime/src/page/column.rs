//! Columns of the page: names, help texts, cells, and comparison of rows.

use core::cmp::Ordering;
use std::format;
use std::string::{String, ToString};

use crate::observe::labels::state_label;
use crate::report::OperationReport;
use crate::report::table::brief;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Operation,
    Health,
    Calls,
    First,
    Recovered,
    GaveUp,
    Retries,
    Amplification,
    LastMinute,
    P50,
    P99,
    Max,
    InLine,
    LongestWait,
    Budget,
    Breaker,
}

/// Direction of a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Ascending,
    Descending,
}

impl Column {
    pub(super) const ALL: [Self; 16] = [
        Self::Operation,
        Self::Health,
        Self::Calls,
        Self::First,
        Self::Recovered,
        Self::GaveUp,
        Self::Retries,
        Self::Amplification,
        Self::LastMinute,
        Self::P50,
        Self::P99,
        Self::Max,
        Self::InLine,
        Self::LongestWait,
        Self::Budget,
        Self::Breaker,
    ];

    /// Returns the name of the column in queries and CSS classes.
    pub(super) const fn key(self) -> &'static str {
        self.texts().0
    }

    /// Returns the title of the column on the page.
    pub(super) const fn label(self) -> &'static str {
        self.texts().1
    }

    /// Returns the help text of the column.
    pub(super) const fn help(self) -> &'static str {
        self.texts().2
    }

    /// Returns key, label and help text.
    const fn texts(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Operation => ("operation", "operation", "the annotated function"),
            Self::Health => ("health", "health", "health in the last minute: healthy, degraded or failing"),
            Self::Calls => ("calls", "calls", "calls since the process started"),
            Self::First => ("first", "first", "calls that succeeded at their first attempt"),
            Self::Recovered => ("recovered", "recovered", "calls that succeeded after at least one retry"),
            Self::GaveUp => ("gave_up", "gave up", "calls that ended without a success"),
            Self::Retries => ("retries", "retries", "attempts after the first that have ended"),
            Self::Amplification => ("amplification", "amplification", "attempts per call since the process started"),
            Self::LastMinute => ("last_minute", "last min", "attempts per call in the last minute"),
            Self::P50 => ("p50", "delay p50", "median delay before a retry"),
            Self::P99 => ("p99", "delay p99", "99th percentile of the delays before retries"),
            Self::Max => ("max", "delay max", "longest delay before a retry"),
            Self::InLine => ("in_line", "in line", "retries that waited in line for the budget"),
            Self::LongestWait => ("longest_wait", "longest", "longest time in line of a call"),
            Self::Budget => ("budget", "budget", "rest of the budget: tokens of a credit, otherwise retries"),
            Self::Breaker => ("breaker", "breaker", "state of the circuit breaker"),
        }
    }

    /// Returns the order after the first click.
    ///
    /// Numbers are sorted in descending order, text alphabetically.
    pub(super) const fn first_order(self) -> Order {
        match self {
            Self::Operation | Self::Breaker => Order::Ascending,
            _ => Order::Descending,
        }
    }

    /// Returns the text of the column's cell.
    pub(super) fn text(self, report: &OperationReport) -> String {
        match self {
            Self::Operation => report.name.into(),
            Self::Health => report.health.as_str().into(),
            Self::Calls => grouped(report.calls),
            Self::First => grouped(report.first_successes),
            Self::Recovered => grouped(report.recovered),
            Self::GaveUp => grouped(sum(&report.gave_up)),
            Self::Retries => grouped(report.retries_made),
            Self::Amplification => format!("{:.2}", report.amplification),
            Self::LastMinute => format!("{:.2}", report.amplification_last_minute),
            Self::P50 => brief(report.delays.p50),
            Self::P99 => brief(report.delays.p99),
            Self::Max => brief(report.delays.max),
            Self::InLine => grouped(report.waited),
            Self::LongestWait => brief(report.longest_wait),
            Self::Budget => report.budget_left.map_or_else(|| "-".into(), grouped),
            Self::Breaker => report.breaker.map_or_else(|| "-".into(), |state| state_label(state).replace('_', " ")),
        }
    }

    /// Compares two rows by this column.
    pub(super) fn compare(self, one: &OperationReport, other: &OperationReport) -> Ordering {
        match self {
            Self::Operation => one.name.cmp(other.name),
            Self::Health => one.health.cmp(&other.health),
            Self::Calls => one.calls.cmp(&other.calls),
            Self::First => one.first_successes.cmp(&other.first_successes),
            Self::Recovered => one.recovered.cmp(&other.recovered),
            Self::GaveUp => sum(&one.gave_up).cmp(&sum(&other.gave_up)),
            Self::Retries => one.retries_made.cmp(&other.retries_made),
            Self::Amplification => one.amplification.total_cmp(&other.amplification),
            Self::LastMinute => one.amplification_last_minute.total_cmp(&other.amplification_last_minute),
            Self::P50 => one.delays.p50.cmp(&other.delays.p50),
            Self::P99 => one.delays.p99.cmp(&other.delays.p99),
            Self::Max => one.delays.max.cmp(&other.delays.max),
            Self::InLine => one.waited.cmp(&other.waited),
            Self::LongestWait => one.longest_wait.cmp(&other.longest_wait),
            Self::Budget => one.budget_left.cmp(&other.budget_left),
            Self::Breaker => one.breaker.map(state_label).cmp(&other.breaker.map(state_label)),
        }
    }
}

/// Returns the sum of all counts.
pub(super) fn sum<T>(counts: &[(T, u64)]) -> u64 {
    counts.iter().map(|(_, count)| count).sum()
}

/// Formats a number with a comma before every three digits.
pub(super) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped_by_three() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (12_345_678, "12,345,678")];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
    }
}
