//! Numbers and lists as an attribute writes them.

use core::fmt::{self, Display, Formatter};

use crate::units::{ONE, SECOND};

/// Nanoseconds, displayed in the largest unit that fits: `500ms`, `1.5s`.
///
/// A unit fits if it needs at most three decimal places; minutes and hours only if they are whole: `90s`, `2m`.
#[derive(Clone, Copy)]
pub struct Time(pub u64);

const MILLISECOND: u64 = SECOND / 1000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;

impl Display for Time {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            0 => formatter.write_str("0s"),
            hours if hours % HOUR == 0 => write!(formatter, "{}h", hours / HOUR),
            minutes if minutes % MINUTE == 0 => write!(formatter, "{}m", minutes / MINUTE),
            time if time >= SECOND && time % MILLISECOND == 0 => thousandths(formatter, time / MILLISECOND, "s"),
            time if time >= MILLISECOND && time % 1000 == 0 => thousandths(formatter, time / 1000, "ms"),
            time => thousandths(formatter, time, "us"),
        }
    }
}

fn thousandths(formatter: &mut Formatter<'_>, count: u64, unit: &str) -> fmt::Result {
    point(formatter, count / 1000, count % 1000, 3)?;
    formatter.write_str(unit)
}

/// Number with 32 fractional bits, displayed with as few decimals as name it.
///
/// A number that was made of a literal is displayed as the literal, unless a shorter one gives the same number.
#[derive(Clone, Copy)]
pub(crate) enum Fixed {
    /// Made of the nearest number.
    Nearest(u64),
    /// Made of the number below.
    Below(u64),
}

impl Display for Fixed {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let (value, above, half) = match *self {
            Self::Nearest(value) => (value, 0, 0.5),
            // The middle of the numbers that become this one, unless it is whole.
            Self::Below(value) => (value, u128::from(value % ONE != 0), 0.0),
        };
        shortest(formatter, 2 * u128::from(value) + above, 2 * u128::from(ONE), |number| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
            // as constructors do
            let fixed = (number * ONE as f64 + half) as u64;
            fixed == value
        })
    }
}

/// Writes `numerator / denominator` in decimals.
///
/// There are as few as `is_same` accepts, up to twelve. It gets the number that a parser makes of the decimals.
#[allow(clippy::cast_precision_loss)] // powers of ten up to 10^12 are exact
pub(crate) fn shortest(
    formatter: &mut Formatter<'_>,
    numerator: u128,
    denominator: u128,
    is_same: impl Fn(f64) -> bool,
) -> fmt::Result {
    let (mut scale, mut places) = (1_u64, 0);
    loop {
        let digits = clip((numerator.saturating_mul(u128::from(scale)) + denominator / 2) / denominator);
        if places == 12 || is_same(digits as f64 / scale as f64) {
            return point(formatter, digits / scale, digits % scale, places);
        }
        (scale, places) = (scale * 10, places + 1);
    }
}

fn clip(value: u128) -> u64 {
    crate::units::clip(value)
}

/// Writes `whole.part`, where `part` has `digits` digits, without trailing zeros.
fn point(formatter: &mut Formatter<'_>, whole: u64, mut part: u64, mut digits: usize) -> fmt::Result {
    write!(formatter, "{whole}")?;
    while digits > 0 && part % 10 == 0 {
        (part, digits) = (part / 10, digits - 1);
    }
    if digits > 0 { write!(formatter, ".{part:0digits$}") } else { Ok(()) }
}

/// Writes the items of a list, with commas between them.
pub(crate) struct List<'a, 'b> {
    formatter: &'a mut Formatter<'b>,
    is_empty: bool,
}

impl<'a, 'b> List<'a, 'b> {
    pub(crate) fn new(formatter: &'a mut Formatter<'b>) -> Self {
        Self { formatter, is_empty: true }
    }

    pub(crate) fn item(&mut self, item: fmt::Arguments<'_>) -> fmt::Result {
        if !self.is_empty {
            self.formatter.write_str(", ")?;
        }
        self.is_empty = false;
        self.formatter.write_fmt(item)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::string::ToString;

    use super::*;

    #[test]
    fn times_are_short_and_exact() {
        let times = [
            (0, "0s"),
            (1, "0.001us"),
            (250_000, "250us"),
            (1_500, "1.5us"),
            (1_234_567, "1234.567us"),
            (500 * MILLISECOND, "500ms"),
            (1_500 * MILLISECOND, "1.5s"),
            (10_230 * MILLISECOND, "10.23s"),
            (SECOND + 1000, "1000.001ms"),
            (90 * SECOND, "90s"),
            (120 * SECOND, "2m"),
            (7200 * SECOND, "2h"),
        ];
        for (nanos, text) in times {
            assert_eq!(Time(nanos).to_string(), text);
        }
        assert_eq!(Time(u64::MAX).to_string(), "18446744073709551.615us");
    }

    #[test]
    fn a_fixed_point_number_displays_as_its_literal() {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a few bits
        let fixed = |value: f64| Fixed::Nearest((value * 4_294_967_296.0 + 0.5) as u64).to_string();
        assert_eq!([0.0, 1.0, 3.0, 0.25, 1.1, 0.33333].map(fixed), ["0", "1", "3", "0.25", "1.1", "0.33333"]);
    }
}
