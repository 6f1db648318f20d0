//! The delay before retry k, as a function of k alone.

use core::fmt::{self, Display, Formatter};
use core::mem;
use core::time::Duration;

use crate::display::{Fixed, Time};
use crate::units::{self, DAY, ONE, least};

/// Delay before retry k (k = 1, 2, ...), before jitter.
///
/// Delays are whole nanoseconds. All arithmetic saturates at the cap, so no k overflows. A policy rejects a backoff with
/// a zero base, a cap below the base, a factor outside 1 to 1000, or more than a day.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::Backoff;
///
/// let backoff = Backoff::exponential(Duration::from_millis(500), Duration::from_secs(4));
/// let delays: Vec<_> = (1..=5).map(|retry| backoff.delay(retry).as_millis()).collect();
/// assert_eq!(delays, [500, 1000, 2000, 4000, 4000]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    /// Nanoseconds.
    pub(crate) base: u64,
    /// Nanoseconds; no delay is longer, jitter included.
    pub(crate) cap: u64,
    pub(crate) growth: Growth,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Growth {
    /// Times two for each retry: a shift.
    Double,
    /// Times this factor for each retry, with 32 fractional bits.
    Factor(u64),
    /// Plus these nanoseconds for each retry.
    Step(u64),
    Fibonacci,
    Fixed,
    None,
    Custom(fn(u32) -> Duration),
}

impl Backoff {
    /// Creates an exponential backoff: `min(cap, base * 2^(k-1))`.
    ///
    /// See [`factor`](Self::factor) for another factor.
    pub const fn exponential(base: Duration, cap: Duration) -> Self {
        Self::growing(base, cap, Growth::Double)
    }

    /// Creates a linear backoff: `min(cap, base + step * (k-1))`.
    pub const fn linear(base: Duration, step: Duration, cap: Duration) -> Self {
        Self::growing(base, cap, Growth::Step(units::from(step)))
    }

    /// Creates a Fibonacci backoff: `min(cap, base * F(k))`.
    ///
    /// F is 1, 1, 2, 3, 5, ...
    pub const fn fibonacci(base: Duration, cap: Duration) -> Self {
        Self::growing(base, cap, Growth::Fibonacci)
    }

    /// Creates a backoff with the same delay before each retry.
    ///
    /// Its cap is a day, so jitter may lengthen the delay.
    pub const fn fixed(delay: Duration) -> Self {
        Self { base: units::from(delay), cap: DAY, growth: Growth::Fixed }
    }

    /// Creates a backoff without a delay.
    pub const fn none() -> Self {
        Self { base: 0, cap: 0, growth: Growth::None }
    }

    /// Creates a backoff from a function of k, which counts retries from 1.
    ///
    /// The function is called once per retry. A result above a day counts as a day.
    pub const fn custom(delay: fn(u32) -> Duration) -> Self {
        Self { base: 0, cap: DAY, growth: Growth::Custom(delay) }
    }

    /// Sets the factor of an exponential backoff, from 1 to 1000.
    ///
    /// The delay is `min(cap, base * factor^(k-1))`. Has no effect on the other kinds.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // its rule rejects what does not fit
    pub const fn factor(mut self, factor: f64) -> Self {
        if matches!(self.growth, Growth::Double | Growth::Factor(_)) {
            self.growth = Growth::Factor((factor * ONE as f64 + 0.5) as u64);
        }
        self
    }

    /// Returns the delay before retry `retry`, counted from 1, before jitter.
    pub fn delay(&self, retry: u32) -> Duration {
        Duration::from_nanos(self.nanos(retry))
    }

    const fn growing(base: Duration, cap: Duration, growth: Growth) -> Self {
        Self { base: units::from(base), cap: units::from(cap), growth }
    }

    /// Returns the factor, with 32 fractional bits.
    #[doc(hidden)]
    pub const fn growth_factor(&self) -> Option<u64> {
        if let Growth::Factor(factor) = self.growth { Some(factor) } else { None }
    }

    pub(crate) const fn is_custom(&self) -> bool {
        matches!(self.growth, Growth::Custom(_))
    }

    pub(crate) const fn is_none(&self) -> bool {
        matches!(self.growth, Growth::None)
    }

    /// Returns the delay before retry `retry`, in nanoseconds.
    ///
    /// The result is `None` for `custom`, which must run first.
    pub(crate) const fn known(&self, retry: u32) -> Option<u64> {
        let delay = match self.growth {
            Growth::Double => shifted(self.base, retry.saturating_sub(1)),
            Growth::Factor(factor) => times_power(self.base, factor, retry.saturating_sub(1), self.cap),
            Growth::Step(step) => self.base.saturating_add(step.saturating_mul(retry.saturating_sub(1) as u64)),
            Growth::Fibonacci => self.base.saturating_mul(fibonacci(retry)),
            Growth::Fixed | Growth::None => self.base,
            Growth::Custom(_) => return None,
        };
        Some(least(self.cap, delay))
    }

    /// Returns the delay before retry `retry`, in nanoseconds.
    #[inline]
    pub(crate) fn nanos(&self, retry: u32) -> u64 {
        match self.growth {
            // The default: a shift, without the registers and jumps of the other kinds.
            Growth::Double => least(self.cap, shifted(self.base, retry.saturating_sub(1))),
            Growth::None => 0,
            _ => self.nanos_otherwise(retry),
        }
    }

    #[inline(never)]
    fn nanos_otherwise(&self, retry: u32) -> u64 {
        match self.growth {
            Growth::Custom(delay) => least(self.cap, units::from(delay(retry))),
            _ => self.known(retry).unwrap_or(0),
        }
    }

    /// Returns whether some delay is at least `nanos`; for `custom` this is assumed.
    pub(crate) const fn reaches(&self, nanos: u64) -> bool {
        match self.growth {
            Growth::Custom(_) => true,
            _ => matches!(self.known(u32::MAX), Some(top) if top >= nanos),
        }
    }
}

/// Two `custom` backoffs are equal if they call the same function.
impl PartialEq for Backoff {
    fn eq(&self, other: &Self) -> bool {
        let is_same_growth = match (self.growth, other.growth) {
            (Growth::Custom(one), Growth::Custom(other)) => core::ptr::fn_addr_eq(one, other),
            (Growth::Factor(one), Growth::Factor(other)) | (Growth::Step(one), Growth::Step(other)) => one == other,
            (one, other) => mem::discriminant(&one) == mem::discriminant(&other),
        };
        is_same_growth && (self.base, self.cap) == (other.base, other.cap)
    }
}

impl Eq for Backoff {}

/// Writes the backoff as an attribute does: `exp(500ms, 4s)`.
///
/// The function of a `custom` one has no name here, so the word `custom` stands alone.
impl Display for Backoff {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let (base, cap) = (Time(self.base), Time(self.cap));
        match self.growth {
            Growth::Double => write!(formatter, "exp({base}, {cap})"),
            Growth::Factor(factor) => {
                let factor = Fixed::Nearest(factor);
                write!(formatter, "exp({base}, {cap}, factor = {factor})")
            }
            Growth::Step(step) => write!(formatter, "linear({base}, {}, {cap})", Time(step)),
            Growth::Fibonacci => write!(formatter, "fibonacci({base}, {cap})"),
            Growth::Fixed => write!(formatter, "fixed({base})"),
            Growth::None => formatter.write_str("none"),
            Growth::Custom(_) => formatter.write_str("custom"),
        }
    }
}

/// Returns `base * 2^doublings`, saturating.
#[inline]
const fn shifted(base: u64, doublings: u32) -> u64 {
    if base == 0 {
        0
    } else if doublings > base.leading_zeros() {
        u64::MAX
    } else {
        base << doublings
    }
}

/// Returns the k-th of 1, 1, 2, 3, 5, ..., saturating: the 94th no longer fits.
const fn fibonacci(k: u32) -> u64 {
    let (mut this, mut next) = (1_u64, 1_u64);
    let mut left = if k > 94 { 94 } else { k };
    while left > 1 {
        (this, next) = (next, this.saturating_add(next));
        left -= 1;
    }
    this
}

/// Returns `base * factor^power` by squaring, saturating at `cap`.
///
/// The factor is at least 1, with 32 fractional bits.
const fn times_power(base: u64, factor: u64, power: u32, cap: u64) -> u64 {
    let (mut product, mut square, mut left) = ((base as u128) << 32, factor as u128, power);
    let cap_fixed = (cap as u128) << 32;
    while left > 0 {
        if left % 2 == 1 {
            product = match product.checked_mul(square) {
                Some(wide) => wide >> 32,
                None => return cap,
            };
        }
        if product >= cap_fixed {
            return cap;
        }
        left /= 2;
        // Above 2^64 the square alone exceeds every cap, and it is used only while some power is left.
        square = match square.checked_mul(square) {
            Some(wide) => wide >> 32,
            None => u128::MAX,
        };
    }
    units::clip(product >> 32)
}
