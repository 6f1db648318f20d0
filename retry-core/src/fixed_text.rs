//! Text of a bounded length, which the compiler can write too.

use crate::units::SECOND;

/// At most `N` bytes of text; what does not fit is left out.
#[derive(Clone, Copy)]
pub(crate) struct FixedText<const N: usize> {
    bytes: [u8; N],
    length: usize,
}

impl<const N: usize> FixedText<N> {
    pub(crate) const NEW: Self = Self { bytes: [0; N], length: 0 };

    pub(crate) const fn as_str(&self) -> &str {
        match core::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "",
        }
    }

    pub(crate) const fn and(self, text: &str) -> Self {
        self.and_bytes(text.as_bytes())
    }

    pub(crate) const fn and_bytes(mut self, bytes: &[u8]) -> Self {
        let mut at = 0;
        while at < bytes.len() && self.length < N {
            self.bytes[self.length] = bytes[at];
            self.length += 1;
            at += 1;
        }
        self
    }

    /// Adds nanoseconds as [`Time`](crate::display::Time) displays them.
    pub(crate) const fn and_time(self, nanos: u64) -> Self {
        const MILLISECOND: u64 = SECOND / 1000;
        let (unit, name) = match nanos {
            0 => (SECOND, "s"),
            _ if nanos % (3600 * SECOND) == 0 => (3600 * SECOND, "h"),
            _ if nanos % (60 * SECOND) == 0 => (60 * SECOND, "m"),
            _ if nanos >= SECOND && nanos % MILLISECOND == 0 => (SECOND, "s"),
            _ if nanos >= MILLISECOND && nanos % 1000 == 0 => (MILLISECOND, "ms"),
            _ => (1000, "us"),
        };
        let (whole, mut rest) = (nanos / unit, nanos % unit);
        let mut text = self.and_number(whole);
        if rest > 0 {
            text = text.and(".");
        }
        let mut place = unit;
        while rest > 0 && place > 1 {
            place /= 10;
            text = text.and_digit(rest / place);
            rest %= place;
        }
        text.and(name)
    }

    const fn and_number(self, number: u64) -> Self {
        let text = if number > 9 { self.and_number(number / 10) } else { self };
        text.and_digit(number % 10)
    }

    #[allow(clippy::cast_possible_truncation)] // a digit
    const fn and_digit(self, digit: u64) -> Self {
        self.and_bytes(&[b'0' + digit as u8])
    }
}

#[cfg(test)]
mod tests {
    extern crate std;
    use std::string::ToString;

    use super::*;
    use crate::display::Time;

    #[test]
    fn times_are_written_as_they_are_displayed() {
        let times = [0, 1, 999, 1_500, 250_000, 1_234_567, 500_000_000, 1_000_001_000, 10_230_000_000, 90 * SECOND];
        for nanos in times.into_iter().chain([120 * SECOND, 7200 * SECOND, 86_399 * SECOND + 1, u64::MAX]) {
            assert_eq!(FixedText::<47>::NEW.and_time(nanos).as_str(), Time(nanos).to_string());
        }
    }

    #[test]
    fn what_does_not_fit_is_left_out() {
        assert_eq!(FixedText::<4>::NEW.and("ab").and("cde").as_str(), "abcd");
    }
}
