//! Times at which tickets fall due.

use crate::units::{DAY, Moment, SECOND, Span};

/// One ticket in fixed point with 20 fractional bits.
///
/// Rates are tickets per second, in the same form.
pub(super) const TICKET: u64 = 1 << 20;
/// One in fixed point with 16 fractional bits.
///
/// The cut and shares of the recovery have this form.
pub(super) const WHOLE: u64 = 1 << 16;
/// Recoveries after which the rate grows no further.
const GROWTH: u64 = 8;
/// Accuracy of [`Schedule::due`], in nanoseconds.
pub(super) const ACCURACY: u64 = 50_000;

/// Growth of the rate after a cut, and the tickets that have fallen due under it.
///
/// With `x`, the time since `start` as a share of `recovery`:
///
/// ```text
/// rate(x)     = rate * (1 + (1 - cut) * (x - 1)^3)
/// position(x) = base + rate * recovery * (x + (1 - cut) / 4 * ((x - 1)^4 - 1))
/// ```
///
/// So the rate begins at `cut` times the one before, is as before at `x = 1`, where it hardly changes, and grows faster
/// and faster beyond, as CUBIC does ([RFC 9438](https://www.rfc-editor.org/rfc/rfc9438), section 4). From `x = 8` on it
/// is constant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Schedule {
    /// Position at `start`.
    pub(super) base: u64,
    /// End of the hold: no ticket falls due before.
    pub(super) start: Moment,
    /// Rate that the service took before the last cut.
    pub(super) rate: u64,
    /// Time after which that rate is reached again.
    pub(super) recovery: Span,
    /// Part of the rate that remains after a cut, with 16 fractional bits.
    pub(super) cut: u64,
}

#[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, clippy::cast_sign_loss, clippy::cast_lossless)] // at most 2^44 tickets, 2^18 per second and 8 days
impl Schedule {
    /// Returns the time since `start` as a share of the recovery, up to 8.
    ///
    /// The share has 16 fractional bits. Also returns the time beyond the last growth.
    const fn share(&self, now: Moment) -> (i128, u64) {
        let passed = now.since(self.start).as_nanos();
        let last = self.recovery.as_nanos().saturating_mul(GROWTH);
        let inside = if passed < last { passed } else { last };
        (((inside as i128) << 16) / self.recovery.as_nanos() as i128, passed - inside)
    }

    /// Returns the rate at `now`.
    pub(super) const fn rate_at(&self, now: Moment) -> u64 {
        let y = self.share(now).0 - WHOLE as i128;
        let factor = WHOLE as i128 + ((((y * y * y) >> 32) * (WHOLE - self.cut) as i128) >> 16);
        ((self.rate as i128 * factor) >> 16) as u64
    }

    /// Returns the tickets that have fallen due at `now`.
    ///
    /// The number never falls as time passes.
    pub(super) const fn position(&self, now: Moment) -> u64 {
        let (x, beyond) = self.share(now);
        let y = x - WHOLE as i128;
        let square = (y * y) >> 16;
        let fourth = (square * square) >> 16;
        let sum = x + (((fourth - WHOLE as i128) * (WHOLE - self.cut) as i128) >> 18);
        let one_recovery = self.rate as i128 * self.recovery.as_nanos() as i128 / SECOND as i128;
        let grown = (one_recovery * sum) >> 16;
        let linear = beyond as i128 * self.rate_at(now) as i128 / SECOND as i128;
        let due = if grown > 0 { grown } else { 0 } + linear;
        self.base.saturating_add(due as u64)
    }

    /// Returns the first time at which `ticket` has fallen due.
    ///
    /// It is found by halving, and at most 50 microseconds late. A ticket that falls due after more than a day is due never.
    pub(super) const fn due(&self, ticket: u64) -> Moment {
        if ticket <= self.base {
            return self.start;
        }
        let start = self.start.as_nanos();
        let (mut low, mut high) = (0, SECOND);
        while self.position(Moment::from_nanos(start.saturating_add(high))) < ticket {
            if high > DAY {
                return Moment::NEVER;
            }
            low = high;
            high *= 2;
        }
        while high - low > ACCURACY {
            let middle = low + (high - low) / 2;
            if self.position(Moment::from_nanos(start.saturating_add(middle))) >= ticket {
                high = middle;
            } else {
                low = middle;
            }
        }
        Moment::from_nanos(start.saturating_add(high))
    }

    /// Returns the time between two tickets right after a cut.
    pub(super) const fn interval_after_cut(&self) -> Span {
        let slowest = (self.rate as u128 * self.cut as u128) >> 16;
        Span::from_nanos(((SECOND as u128 * TICKET as u128) / if slowest > 0 { slowest } else { 1 }) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEN: u64 = 10 * SECOND;

    fn schedule() -> Schedule {
        Schedule {
            base: 7 * TICKET,
            start: Moment::from_nanos(3 * SECOND),
            rate: 20 * TICKET,
            recovery: Span::from_nanos(TEN),
            cut: WHOLE * 7 / 10,
        }
    }

    fn at(nanos: u64) -> Moment {
        Moment::from_nanos(3 * SECOND + nanos)
    }

    /// Returns a rate in hundredths of a ticket per second.
    fn hundredths(rate: u64) -> u64 {
        (rate * 100 + TICKET / 2) >> 20
    }

    #[test]
    fn the_rate_falls_by_the_cut_and_is_back_after_the_recovery() {
        let rates = [0, TEN, 2 * TEN].map(|time| hundredths(schedule().rate_at(at(time))));
        assert_eq!(rates, [1_400, 2_000, 2_600]);
        assert_eq!(schedule().rate_at(at(8 * TEN)), schedule().rate_at(at(80 * TEN)), "it grows no further");
    }

    #[test]
    #[allow(clippy::cast_precision_loss)] // below 2^52
    fn the_position_is_the_sum_of_the_rate_and_never_falls() {
        let (mut last, mut sum) = (schedule().base, 0.0);
        for milli in 0..100_000 {
            let now = at(milli * SECOND / 1_000);
            assert!(schedule().position(now) >= last);
            last = schedule().position(now);
            if milli % 10_000 == 0 {
                let position = (last - schedule().base) as f64 / TICKET as f64;
                assert!((position - sum).abs() <= 0.5 + sum * 1e-3, "{milli} ms: {position}, by the rate {sum}");
            }
            sum += schedule().rate_at(now) as f64 / TICKET as f64 / 1_000.0;
        }
    }

    #[test]
    fn a_ticket_is_due_when_the_position_reaches_it() {
        for ticket in (8..3_000).map(|number| number * TICKET) {
            let due = schedule().due(ticket);
            assert!(schedule().position(due) >= ticket);
            let before = Moment::from_nanos(due.as_nanos() - 2 * ACCURACY);
            assert!(schedule().position(before) < ticket, "{ticket}");
        }
        assert_eq!(schedule().due(7 * TICKET), at(0));
        assert_eq!(schedule().due(u64::MAX), Moment::NEVER);
    }
}
