//! Watch over a clock that may be set forward while a store is open.

/// Difference between two clocks that is taken for a clock that was set.
///
/// It is in microseconds. Less is drift, or the time of a round trip.
const LEAST_JUMP: u64 = 10_000_000;

/// Time by which a wall clock was set forward, measured by a monotonic one.
///
/// A result expires by the clock of its store. If that clock jumps past its time, the key must not run again before its true time
/// is over. A machine that slept looks the same, and keeps its results for longer.
#[derive(Default)]
pub(crate) struct ClockWatch {
    /// Wall clock and monotonic clock when they were last read.
    last: Option<(u64, u64)>,
    ahead: u64,
}

impl ClockWatch {
    /// Returns what was last observed.
    #[cfg(feature = "postgres")]
    pub(crate) const fn ahead(&self) -> u64 {
        self.ahead
    }

    /// Returns the microseconds by which the wall clock is ahead of true time.
    ///
    /// Both clocks are in microseconds, and are read at one moment.
    pub(crate) fn observe(&mut self, wall: u64, monotonic: u64) -> u64 {
        if let Some((last_wall, last_monotonic)) = self.last {
            let expected = last_wall.saturating_add(monotonic.saturating_sub(last_monotonic));
            if wall > expected.saturating_add(LEAST_JUMP) {
                self.ahead = self.ahead.saturating_add(wall - expected);
            } else if expected > wall.saturating_add(LEAST_JUMP) {
                self.ahead = self.ahead.saturating_sub(expected - wall);
            }
        }
        self.last = Some((wall, monotonic));
        self.ahead
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: u64 = 3_600_000_000;

    #[test]
    fn a_jump_counts_until_it_is_set_back() {
        let mut watch = ClockWatch::default();
        assert_eq!(watch.observe(100 * HOUR, 5), 0);
        assert_eq!(watch.observe(101 * HOUR, 5 + HOUR), 0);
        assert_eq!(watch.observe(126 * HOUR, 5 + 2 * HOUR), 24 * HOUR);
        assert_eq!(watch.observe(127 * HOUR, 5 + 3 * HOUR), 24 * HOUR);
        assert_eq!(watch.observe(104 * HOUR, 5 + 4 * HOUR), 0);
        assert_eq!(watch.observe(50 * HOUR, 5 + 5 * HOUR), 0, "a clock that was behind is not ahead");
    }

    #[test]
    fn drift_is_not_a_jump() {
        let mut watch = ClockWatch::default();
        for second in 0..1_000_000 {
            // 500 parts in a million, as much as a clock is slewed by.
            assert_eq!(watch.observe(second * 1_000_500, second * 1_000_000), 0);
        }
    }
}
