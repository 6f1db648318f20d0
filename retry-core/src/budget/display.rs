//! Budgets as an attribute writes them.

use core::fmt::{self, Display, Formatter};

use super::fixed_point::{ONE, fixed, reserved};
use super::ratio::Settings;
use super::terms::{MAX_WAIT, Terms};
use super::{Budget, Shape};
use crate::display::{Time, shortest};
use crate::units::SECOND;

/// Writes the budget as an attribute does: `credit`, `in_flight(0.2, 3)`.
///
/// The other forms are `credit(500)`, `credit(500, wait = 10s)`, `credit(wait = none)`, `credit(aws)` and `ratio(0.1, 10s, reserve = 0.1)`.
impl Display for Budget {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match &self.shape {
            Shape::Credit(terms) => write_credit(*terms, formatter),
            Shape::Ratio(ratio) => write_ratio(ratio.settings, formatter),
            Shape::InFlight(in_flight) => {
                let limit = in_flight.limit;
                write!(formatter, "in_flight({}, {})", share(limit.share), limit.at_least)
            }
        }
    }
}

fn write_credit(terms: Terms, formatter: &mut Formatter<'_>) -> fmt::Result {
    if terms.is_aws() {
        return formatter.write_str("credit(aws)");
    }
    let has_default_wait = terms.max_wait() == MAX_WAIT;
    match terms.rest() {
        None if has_default_wait => return formatter.write_str("credit"),
        None => formatter.write_str("credit(")?,
        Some(rest) if has_default_wait => return write!(formatter, "credit({rest})"),
        Some(rest) => write!(formatter, "credit({rest}, ")?,
    }
    match terms.max_wait().as_nanos() {
        0 => formatter.write_str("wait = none)"),
        nanos => write!(formatter, "wait = {})", Time(nanos)),
    }
}

fn write_ratio(settings: Settings, formatter: &mut Formatter<'_>) -> fmt::Result {
    write!(formatter, "ratio({}, {}, reserve = ", share(settings.share), Time(settings.window))?;
    let retries = u128::from(settings.reserve.unsigned_abs()) * u128::from(SECOND);
    let one = u128::from(settings.window.max(1)) * u128::from(ONE.unsigned_abs());
    shortest(formatter, retries, one, |per_second| reserved(per_second, settings.window) == settings.reserve)?;
    formatter.write_str(")")
}

/// Share that is displayed as the number that it was made of.
struct Share(i64);

impl Display for Share {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        // The middle of the numbers that are rounded up to this share.
        let (middle, one) = ((2 * u128::from(self.0.unsigned_abs())).saturating_sub(1), 2 * ONE.unsigned_abs());
        shortest(formatter, middle, u128::from(one), |share| fixed(share) == self.0)
    }
}

const fn share(share: i64) -> Share {
    Share(share)
}

#[cfg(test)]
mod tests {
    extern crate std;
    use core::time::Duration;
    use std::string::ToString;

    use super::*;

    #[test]
    fn a_budget_displays_as_in_an_attribute() {
        let window = Duration::from_secs(10);
        let budgets = [
            (Budget::credit(), "credit"),
            (Budget::credit_of(500), "credit(500)"),
            (Budget::credit().wait(Duration::from_secs(10)), "credit(wait = 10s)"),
            (Budget::credit_of(500).without_wait(), "credit(500, wait = none)"),
            (Budget::aws(), "credit(aws)"),
            (Budget::ratio(0.1, window), "ratio(0.1, 10s, reserve = 0.1)"),
            (Budget::ratio(0.25, window).reserve(0.0), "ratio(0.25, 10s, reserve = 0)"),
            (Budget::in_flight(0.2, 3), "in_flight(0.2, 3)"),
        ];
        for (budget, text) in budgets {
            assert_eq!(budget.to_string(), text);
        }
    }
}
