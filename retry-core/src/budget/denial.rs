//! Account of a budget that denied a retry.

use core::fmt;
use core::time::Duration;

use crate::display::Time;
use crate::units::{SECOND, Span};

/// Retries that were asked for and granted, in one word.
///
/// ```text
///  63     32 31      0
/// |  asked  | granted |
/// ```
#[derive(Clone, Copy, Debug)]
pub(super) struct Requests(pub(super) u64);

impl Requests {
    pub(super) const GRANTED: u64 = 1;
    pub(super) const ASKED: u64 = 1 << 32;
}

/// Account of a budget that denied a retry.
///
/// It says how many calls got one, and how long this call waited. It counts since the budget was last at rest. A budget that keeps no such numbers, as a ratio, has only the wait.
///
/// ```text
///  63     44 43       24 23             0
/// |  asked  |  granted  | waited, in ms  |
/// ```
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct BudgetDenial(u64);

const COUNT: u64 = (1 << 20) - 1;
const MILLIS: u64 = (1 << 24) - 1;
const MILLISECOND: u64 = SECOND / 1000;

impl BudgetDenial {
    pub(super) fn new(requests: Requests, waited: Span) -> Self {
        let asked = (requests.0 >> 32).min(COUNT);
        let granted = (requests.0 & u64::from(u32::MAX)).min(asked);
        let waited = (waited.as_nanos() / MILLISECOND).min(MILLIS);
        Self(asked << 44 | granted << 24 | waited)
    }

    pub(crate) const fn from_bits(bits: u64) -> Self {
        Self(bits)
    }

    pub(crate) const fn to_bits(self) -> u64 {
        self.0
    }

    /// Returns the retries that calls asked the budget for, up to 1,048,575.
    #[allow(clippy::cast_possible_truncation)] // 20 bits
    pub const fn asked(&self) -> u32 {
        (self.0 >> 44) as u32
    }

    /// Returns the retries that the budget granted.
    #[allow(clippy::cast_possible_truncation)] // 20 bits
    pub const fn granted(&self) -> u32 {
        (self.0 >> 24 & COUNT) as u32
    }

    /// Returns the time that the call had waited in line.
    ///
    /// It is in whole milliseconds, up to four hours.
    pub const fn waited(&self) -> Duration {
        Duration::from_millis(self.0 & MILLIS)
    }
}

impl fmt::Debug for BudgetDenial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("BudgetDenial")
            .field("asked", &self.asked())
            .field("granted", &self.granted())
            .field("waited", &self.waited())
            .finish()
    }
}

/// Formats the numbers like `3 of 40 calls got one, waited 351ms in line`.
impl fmt::Display for BudgetDenial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} of {} calls got one", self.granted(), self.asked())?;
        match self.0 & MILLIS {
            0 => Ok(()),
            millis => write!(formatter, ", waited {} in line", Time(millis * MILLISECOND)),
        }
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::string::ToString;

    use super::*;

    #[test]
    fn a_denial_tells_its_numbers() {
        let requests = Requests(40 * Requests::ASKED + 3 * Requests::GRANTED);
        let denial = BudgetDenial::new(requests, Span(351_400_000));
        assert_eq!(denial.to_string(), "3 of 40 calls got one, waited 351ms in line");
        assert_eq!(BudgetDenial::new(requests, Span(0)).to_string(), "3 of 40 calls got one");
        let most = BudgetDenial::new(Requests(u64::MAX), Span(u64::MAX));
        assert_eq!((most.asked(), most.granted()), (1_048_575, 1_048_575));
        assert_eq!(BudgetDenial::from_bits(most.to_bits()), most);
    }
}
