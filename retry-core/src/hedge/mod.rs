//! Hedge: one second attempt for a call whose first attempt is slow.
//!
//! It has a delay, after which the second attempt may join the first, and a bucket, which bounds the share of calls that
//! get one. The bucket is its own, because retries starve if hedges withdraw from the budget: with 10 % failures and 10 %
//! slow calls, 96.38 % of calls succeed instead of 99.88 % (simulated).

mod bucket;
#[cfg(all(test, not(loom)))]
mod tests;
pub(crate) mod validate;

use core::time::Duration;

use self::bucket::Bucket;
use crate::budget::fixed_point::{ONE, fixed};
use crate::error::accept;
use crate::quantile::Quantile;
use crate::units::Span;

/// Hedge of one operation: its delay and its bucket.
#[derive(Debug)]
#[repr(align(128))]
pub struct Hedge {
    delay: Delay,
    /// Tokens that a call adds, with 20 fractional bits.
    earned: u64,
    /// The most tokens, with 20 fractional bits.
    capacity: u64,
    bucket: Bucket,
}

#[cfg_attr(loom, allow(clippy::large_enum_variant))] // loom's atomics are larger
#[derive(Debug)]
enum Delay {
    Fixed(Span),
    Learned(Quantile),
}

/// The least delay that is learned, in nanoseconds.
const LEAST: u64 = 1_000_000;
const SHARE: f64 = 0.1;
const AT_ONCE: u32 = 3;

#[allow(clippy::cast_sign_loss)] // positive
const WHOLE: u64 = ONE as u64;

impl Hedge {
    /// Creates a hedge after a fixed delay.
    ///
    /// # Panics
    ///
    /// If `delay` is zero or above a day. In a constant this is a compile error.
    #[track_caller]
    pub const fn after(delay: Duration) -> Self {
        accept(validate::hedge_delay(delay));
        Self::new(Delay::Fixed(Span::from_duration(delay)))
    }

    /// Creates a hedge after the time in which `percent` of calls succeed.
    ///
    /// The time is learned: there is no hedge before 100 calls.
    ///
    /// # Panics
    ///
    /// If `percent` is outside 50 to 99. In a constant this is a compile error.
    #[track_caller]
    pub const fn percentile(percent: u32) -> Self {
        accept(validate::percentile(percent));
        #[allow(clippy::cast_possible_truncation)] // at most 99
        Self::new(Delay::Learned(Quantile::new(LEAST, percent as u8)))
    }

    const fn new(delay: Delay) -> Self {
        Self { delay, earned: earned(SHARE), capacity: capacity(AT_ONCE), bucket: Bucket::new() }
    }

    /// Sets the largest share of calls that get a hedge, in the long run.
    ///
    /// # Panics
    ///
    /// If `share` is not above 0 and at most 0.5. In a constant this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn at_most(mut self, share: f64) -> Self {
        accept(validate::hedge_share(share));
        self.earned = earned(share);
        self
    }

    /// Sets the most hedges that may follow each other without other calls.
    ///
    /// # Panics
    ///
    /// If `hedges` is outside 1 to 1,000. In a constant this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn at_once(mut self, hedges: u32) -> Self {
        accept(validate::hedges_at_once(hedges));
        self.capacity = capacity(hedges);
        self
    }

    /// Creates another hedge with the same settings, which has learned nothing.
    #[must_use]
    pub const fn fresh(&self) -> Self {
        let delay = match &self.delay {
            Delay::Fixed(delay) => Delay::Fixed(*delay),
            Delay::Learned(quantile) => Delay::Learned(quantile.fresh()),
        };
        Self { delay, earned: self.earned, capacity: self.capacity, bucket: Bucket::new() }
    }

    /// Returns the delay of a call that begins now.
    ///
    /// When it is over, [`reached`](Self::reached) follows.
    pub fn delay(&self) -> Span {
        match &self.delay {
            Delay::Fixed(delay) => *delay,
            Delay::Learned(quantile) => quantile.estimate(),
        }
    }

    /// Returns whether the delay is known.
    ///
    /// A learned one is not before 100 calls.
    pub fn is_known(&self) -> bool {
        match &self.delay {
            Delay::Fixed(_) => true,
            Delay::Learned(quantile) => quantile.get().is_some(),
        }
    }

    /// Records that the first attempt of a call has reached the delay.
    pub fn reached(&self) {
        if let Delay::Learned(quantile) = &self.delay {
            quantile.steer(true);
        }
    }

    /// Records that the first attempt of a call succeeded before the delay.
    ///
    /// Failures are not recorded: a service that fails fast would seem to be a fast one.
    pub fn succeeded_before(&self) {
        if let Delay::Learned(quantile) = &self.delay {
            quantile.steer(false);
        }
    }

    /// Adds the share of a call that succeeded at its first attempt without a hedge.
    ///
    /// A full bucket is read and not written.
    pub fn earn(&self) {
        self.bucket.add(self.earned, self.capacity);
    }

    /// Returns whether the bucket has a whole token, which [`take`](Self::take) takes.
    pub fn has_token(&self) -> bool {
        self.bucket.has(WHOLE)
    }

    /// Takes the token of a hedge; returns whether there was one.
    #[must_use = "without a token there is no hedge"]
    pub fn take(&self) -> bool {
        self.bucket.take(WHOLE)
    }
}

/// Returns the tokens that a call without a hedge adds: `share / (1 - share)`.
///
/// So a hedge per so many other calls makes `share` of all. It is rounded up, so that nine calls pay for the tenth.
#[allow(clippy::cast_sign_loss)] // a share of at most one half
const fn earned(share: f64) -> u64 {
    let share = fixed(share);
    ((share * ONE + ONE - share - 1) / (ONE - share)) as u64
}

const fn capacity(hedges: u32) -> u64 {
    hedges as u64 * WHOLE
}
