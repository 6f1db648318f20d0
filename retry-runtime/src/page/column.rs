//! The columns: what each is called, what it says, and how rows are ordered by it.

use core::cmp::Ordering;
use std::format;
use std::string::{String, ToString};

use crate::events::of_state;
use crate::page::query::{Order, Sort};
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
    Budget,
    Breaker,
}

impl Column {
    pub(super) const ALL: [Self; 14] = [
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
        Self::Budget,
        Self::Breaker,
    ];

    /// As a query says it.
    pub(super) const fn word(self) -> &'static str {
        self.words().0
    }

    /// As the page says it.
    pub(super) const fn label(self) -> &'static str {
        self.words().1
    }

    /// What it says.
    pub(super) const fn help(self) -> &'static str {
        self.words().2
    }

    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Operation => ("operation", "operation", "the annotated function"),
            Self::Health => ("health", "health", "how the last minute was: healthy, degraded or failing"),
            Self::Calls => ("calls", "calls", "calls since the process began"),
            Self::First => ("first", "first", "calls that succeeded at their first attempt"),
            Self::Recovered => ("recovered", "recovered", "calls that succeeded after a retry"),
            Self::GaveUp => ("gave_up", "gave up", "calls that ended without a success"),
            Self::Retries => ("retries", "retries", "attempts after the first"),
            Self::Amplification => ("amplification", "amplification", "attempts by calls since the process began"),
            Self::LastMinute => ("last_minute", "last min", "attempts by calls in the last minute"),
            Self::P50 => ("p50", "delay p50", "half of the delays before retries are not longer"),
            Self::P99 => ("p99", "delay p99", "99 of 100 delays are not longer"),
            Self::Max => ("max", "delay max", "the longest delay"),
            Self::Budget => ("budget", "budget", "what is left in the budget: tokens of a credit, else retries"),
            Self::Breaker => ("breaker", "breaker", "the state of the circuit breaker"),
        }
    }

    /// The order that a first click gives: what is much on top, and words by the alphabet.
    pub(super) const fn first_order(self) -> Order {
        match self {
            Self::Operation | Self::Breaker => Order::Ascending,
            _ => Order::Descending,
        }
    }

    /// What a row has here, as text.
    pub(super) fn text(self, of: &OperationReport) -> String {
        match self {
            Self::Operation => of.name.into(),
            Self::Health => of.health.word().into(),
            Self::Calls => grouped(of.calls),
            Self::First => grouped(of.first_successes),
            Self::Recovered => grouped(of.recovered),
            Self::GaveUp => grouped(sum(&of.gave_up)),
            Self::Retries => grouped(sum(&of.retries)),
            Self::Amplification => format!("{:.2}", of.amplification),
            Self::LastMinute => format!("{:.2}", of.amplification_last_minute),
            Self::P50 => brief(of.delays.p50),
            Self::P99 => brief(of.delays.p99),
            Self::Max => brief(of.delays.max),
            Self::Budget => of.budget_left.map_or_else(|| "-".into(), grouped),
            Self::Breaker => of.breaker.map_or_else(|| "-".into(), |state| of_state(state).replace('_', " ")),
        }
    }

    fn compare(self, one: &OperationReport, other: &OperationReport) -> Ordering {
        match self {
            Self::Operation => one.name.cmp(other.name),
            Self::Health => one.health.cmp(&other.health),
            Self::Calls => one.calls.cmp(&other.calls),
            Self::First => one.first_successes.cmp(&other.first_successes),
            Self::Recovered => one.recovered.cmp(&other.recovered),
            Self::GaveUp => sum(&one.gave_up).cmp(&sum(&other.gave_up)),
            Self::Retries => sum(&one.retries).cmp(&sum(&other.retries)),
            Self::Amplification => one.amplification.total_cmp(&other.amplification),
            Self::LastMinute => one.amplification_last_minute.total_cmp(&other.amplification_last_minute),
            Self::P50 => one.delays.p50.cmp(&other.delays.p50),
            Self::P99 => one.delays.p99.cmp(&other.delays.p99),
            Self::Max => one.delays.max.cmp(&other.delays.max),
            Self::Budget => one.budget_left.cmp(&other.budget_left),
            Self::Breaker => one.breaker.map(of_state).cmp(&other.breaker.map(of_state)),
        }
    }
}

impl Sort {
    /// Rows that are equal here go by their retries in the last minute, the most first, and then by name.
    pub(super) fn compare(self, one: &OperationReport, other: &OperationReport) -> Ordering {
        let by = match self.order {
            Order::Ascending => self.by.compare(one, other),
            Order::Descending => self.by.compare(other, one),
        };
        let retries = |of: &OperationReport| of.last_minute.retries;
        by.then_with(|| retries(other).cmp(&retries(one))).then_with(|| one.name.cmp(other.name))
    }
}

/// All of these together.
pub(super) fn sum<T>(counts: &[(T, u64)]) -> u64 {
    counts.iter().map(|(_, count)| count).sum()
}

/// With a comma before every three digits.
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
    fn digits_go_by_threes() {
        let cases = [(0, "0"), (999, "999"), (1000, "1,000"), (12_345_678, "12,345,678")];
        for (number, text) in cases {
            assert_eq!(grouped(number), text);
        }
    }
}
