//! Quantile of times, learned from one time after another and kept in one word.
//!
//! The word steers itself: for the 95th percentile, a time above the learned one raises it by 95 steps and any other
//! lowers it by five, so that it rests where one time in twenty is above it. A step is a share of the learned time, larger at first, so
//! 100 times suffice, and a service that becomes ten times slower is followed within about 500 more.
//!
//! It needs to know whether a time is above the learned one, and not the time: what is interrupted there has counted.

use crate::sync::{AtomicU64, Ordering};
use crate::units::{DAY, ONE, Span};

/// A percentile of times.
///
/// ```text
///  63  46 45                  8 7     0
/// | zero |  level of the time  | seen  |
/// ```
///
/// The level is the binary logarithm with 32 fractional bits, and linear between two powers of two: the position of the
/// highest bit, and the bits below it. `seen` counts the times up to [`ENOUGH`].
#[derive(Debug)]
pub(crate) struct Quantile {
    /// Level of the least value.
    least: u64,
    percent: u8,
    word: AtomicU64,
}

/// Times from which on the quantile is known.
const ENOUGH: u64 = if cfg!(loom) { 2 } else { 100 };
const SEEN: u32 = 8;
const SEEN_BITS: u64 = (1 << SEEN) - 1;
const HIGHEST: u64 = level(DAY);

impl Quantile {
    /// Creates the percentile `percent`, at least `least` nanoseconds.
    ///
    /// It rises from there.
    pub(crate) const fn new(least: u64, percent: u8) -> Self {
        Self::at_level(level(least), percent)
    }

    /// Creates another one that has learned nothing.
    pub(crate) const fn fresh(&self) -> Self {
        Self::at_level(self.least, self.percent)
    }

    const fn at_level(least: u64, percent: u8) -> Self {
        Self { least, percent, word: AtomicU64::new(least << SEEN) }
    }

    /// Learns from one time.
    pub(crate) fn record(&self, took: Span) {
        self.learn(|learned| level(took.as_nanos()) > learned);
    }

    /// Learns from one time that is above the learned one, or is not.
    pub(crate) fn steer(&self, is_above: bool) {
        self.learn(|_| is_above);
    }

    /// Learns from one time.
    ///
    /// A thread that writes at the same time may overwrite this one: one time of many is lost.
    fn learn(&self, is_above: impl FnOnce(u64) -> bool) {
        // `Relaxed`: the word stands alone, and any order of times teaches the same.
        let word = self.word.load(Ordering::Relaxed);
        let (learned, seen) = (word >> SEEN, (word & SEEN_BITS) + 1);
        let (step, percent) = (step(seen), u64::from(self.percent));
        let next =
            if is_above(learned) { learned + percent * step } else { learned.saturating_sub((100 - percent) * step) };
        let next = next.clamp(self.least, HIGHEST) << SEEN | seen.min(ENOUGH);
        if next != word {
            self.word.store(next, Ordering::Relaxed);
        }
    }

    /// Returns the quantile; `None` before 100 times were seen.
    pub(crate) fn get(&self) -> Option<Span> {
        let word = self.word.load(Ordering::Relaxed);
        (word & SEEN_BITS >= ENOUGH).then(|| time(word >> SEEN))
    }

    /// Returns what was learned so far.
    pub(crate) fn estimate(&self) -> Span {
        time(self.word.load(Ordering::Relaxed) >> SEEN)
    }
}

/// Returns the step after `seen` times.
///
/// A hundred are half of the learned time at first, and a twentieth once there are enough.
///
/// A level rises by 1.44, on average, where the logarithm of the time rises by 1.
const fn step(seen: u64) -> u64 {
    const FIRST: u64 = ONE * 36 / 5000;
    let seen = if seen < 10 { 10 } else { seen };
    FIRST * 10 / if seen > 100 { 100 } else { seen }
}

const fn level(nanos: u64) -> u64 {
    let nanos = if nanos == 0 { 1 } else { nanos };
    let highest = nanos.ilog2();
    // The bits below the highest one, from the top of the word.
    let below = (nanos << (63 - highest)) << 1;
    (highest as u64) << 32 | below >> 32
}

/// Returns the time of a level.
const fn time(level: u64) -> Span {
    let mantissa = ONE | level & (ONE - 1);
    Span::from_nanos(crate::units::clip((mantissa as u128) << (level >> 32) >> 32))
}

#[cfg(all(test, not(loom)))]
mod tests {
    use super::*;

    const MILLISECOND: u64 = 1_000_000;

    /// Draws 53 uniform bits as a number from 0 to 1.
    fn uniform(state: &mut u64) -> f64 {
        *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        #[allow(clippy::cast_precision_loss)]
        let bits = (*state >> 11) as f64;
        bits / 9_007_199_254_740_992.0
    }

    /// Learns `times` uniform times from 0 to `longest` milliseconds.
    fn learn(p95: &Quantile, state: &mut u64, longest: f64, times: u32) {
        for _ in 0..times {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            p95.record(Span::from_nanos((uniform(state) * longest * 1e6) as u64));
        }
    }

    fn millis(p95: &Quantile) -> u64 {
        p95.get().map_or(0, |time| time.as_nanos() / MILLISECOND)
    }

    #[test]
    fn a_level_is_a_time_again() {
        for nanos in [1, 2, 3, 999, 25_000_000, 1 << 32, (1 << 33) - 1, DAY] {
            let off = nanos - time(level(nanos)).as_nanos();
            assert!(off <= nanos >> 32, "{nanos}: {off}");
        }
        assert_eq!(time(level(25_000_000)), Span::from_nanos(25_000_000));
        assert!((0..64).all(|bit| level(1 << bit) == bit << 32));
    }

    #[test]
    fn one_time_in_twenty_is_above_it() {
        let (p95, mut state) = (Quantile::new(MILLISECOND, 95), 1);
        learn(&p95, &mut state, 1000.0, 99);
        assert_eq!(p95.get(), None);
        learn(&p95, &mut state, 1000.0, 1);
        assert!((700..1300).contains(&millis(&p95)), "{}", millis(&p95));
        let (mut sum, rounds) = (0, 1000);
        for _ in 0..rounds {
            learn(&p95, &mut state, 1000.0, 20);
            assert!((800..1200).contains(&millis(&p95)), "{}", millis(&p95));
            sum += millis(&p95);
        }
        assert!((930..970).contains(&(sum / rounds)), "{}", sum / rounds);
    }

    #[test]
    fn it_follows_a_service_that_becomes_slower_or_faster() {
        let (p95, mut state) = (Quantile::new(MILLISECOND, 95), 1);
        learn(&p95, &mut state, 100.0, 1000);
        learn(&p95, &mut state, 1000.0, 500);
        assert!(millis(&p95) > 800, "{}", millis(&p95));
        learn(&p95, &mut state, 100.0, 1040);
        assert!(millis(&p95) < 120, "{}", millis(&p95));
    }

    #[test]
    fn it_keeps_its_bounds_and_then_writes_nothing() {
        let p95 = Quantile::new(MILLISECOND, 95);
        for _ in 0..1000 {
            p95.record(Span::ZERO);
        }
        assert_eq!(p95.get(), Some(time(level(MILLISECOND))));
        for _ in 0..1000 {
            p95.record(Span::NEVER);
        }
        assert_eq!(p95.get(), Some(time(HIGHEST)));
    }
}
