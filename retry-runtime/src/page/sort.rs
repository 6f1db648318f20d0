//! Order of the page's rows.

use core::cmp::Ordering;

use crate::page::column::{Column, Order};
use crate::report::OperationReport;

/// Column and direction by which rows are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Sort {
    pub(super) by: Column,
    pub(super) order: Order,
}

/// Sorts the worst health first.
impl Default for Sort {
    fn default() -> Self {
        Self { by: Column::Health, order: Order::Descending }
    }
}

impl Sort {
    /// Compares two rows.
    ///
    /// Equal rows are ordered by their retries in the last minute, the most first, then by name.
    pub(super) fn compare(self, one: &OperationReport, other: &OperationReport) -> Ordering {
        let by = match self.order {
            Order::Ascending => self.by.compare(one, other),
            Order::Descending => self.by.compare(other, one),
        };
        let retries = |report: &OperationReport| report.last_minute.retries;
        by.then_with(|| retries(other).cmp(&retries(one))).then_with(|| one.name.cmp(other.name))
    }
}

impl Order {
    /// Returns the order as a query names it.
    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Ascending => "asc",
            Self::Descending => "desc",
        }
    }

    pub(super) const fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}
