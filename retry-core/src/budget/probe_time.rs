//! Time at which the head of a line may try although there is no token.

use crate::units::{Moment, SECOND, Span};

/// Interval before the first probe.
const SHORTEST: u64 = SECOND / 10;
/// Longest interval.
///
/// Probes must thin out: with one second at most, a service that is down gets 1.23 attempts for each of five calls per
/// second, with ten seconds 1.07 (simulated).
const LONGEST: u64 = 10 * SECOND;
/// Doublings by retries that ran at the same time, at most.
const BURST: u64 = 3;
/// Doublings after which the interval is the longest.
const MAX_DOUBLINGS: u64 = 7;

/// Time of the next probe, and the number of doublings of the interval after it.
///
/// ```text
///  63                                  8 7         0
/// | nanoseconds, in steps of 256         | doublings |
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProbeTime(pub(super) u64);

const DOUBLINGS: u64 = 0xff;

impl ProbeTime {
    /// At once, with the shortest interval after it.
    pub(super) const NOW: Self = Self(0);

    const fn at(self) -> Moment {
        Moment(self.0 & !DOUBLINGS)
    }

    /// Returns whether probes have failed until the interval is the longest.
    ///
    /// That takes some 13 s.
    pub(super) const fn is_down(self) -> bool {
        self.0 & DOUBLINGS >= MAX_DOUBLINGS
    }

    /// Returns the time of a probe after a retry that failed or was dropped at `now`.
    ///
    /// The interval doubles. A service that hangs is seen as drops, if its callers have timeouts. Retries that fail before
    /// that time ran at the same time as the one that set it: together they count as three doublings at most.
    pub(super) fn after_loss(self, now: Moment) -> Self {
        let is_early = self.at() > now;
        if is_early && self.0 & DOUBLINGS >= BURST {
            return self;
        }
        let doublings = (self.0 & DOUBLINGS).min(MAX_DOUBLINGS);
        let interval = Span((SHORTEST << doublings).min(LONGEST));
        // Rounded up, so that no probe is early.
        let at = now.plus(interval).0.saturating_add(DOUBLINGS) & !DOUBLINGS;
        Self(at | (doublings + 1).min(MAX_DOUBLINGS))
    }

    /// Returns the time of the probe that may be next at `now`.
    ///
    /// No probe is further away than the longest interval, unless it was planned on another clock: that of another test.
    pub(super) fn next(self, now: Moment) -> Moment {
        if self.at() > now.plus(Span(LONGEST + SECOND)) { now } else { self.at() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probes_thin_out_to_the_longest_interval() {
        let (mut time, mut now) = (ProbeTime::NOW, Moment(0));
        let mut intervals = [0; 9];
        for interval in &mut intervals {
            time = time.after_loss(now);
            *interval = time.at().since(now).0.div_euclid(SECOND / 1000);
            now = time.at();
        }
        assert_eq!(intervals, [100, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
        assert_eq!(time.next(now), time.at());
        assert_eq!(time.next(Moment(0)), Moment(0), "it was planned on another clock");
    }

    #[test]
    fn no_time_overflows() {
        assert!(ProbeTime::NOW.after_loss(Moment(u64::MAX)).at() >= Moment(u64::MAX - 255));
    }
}
