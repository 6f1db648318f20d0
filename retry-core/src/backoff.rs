//! The wait before retry k, as a function of k alone.

use core::fmt::{self, Display, Formatter};
use core::time::Duration;

use crate::display::{Fixed, Time};
use crate::units::{self, DAY, ONE, least};

/// The wait before retry k (k = 1, 2, ...), before jitter.
///
/// Waits are whole nanoseconds; all arithmetic saturates at the cap, so that no k overflows. A backoff that makes no
/// sense (a zero base, a cap below the base, a factor below 1, more than a day) is refused by the policy it is given to.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::Backoff;
///
/// let backoff = Backoff::exponential(Duration::from_millis(500), Duration::from_secs(4));
/// let waits: Vec<_> = (1..=5).map(|retry| backoff.wait(retry).as_millis()).collect();
/// assert_eq!(waits, [500, 1000, 2000, 4000, 4000]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Backoff {
    base: u64,
    cap: u64,
    growth: Growth,
}

#[derive(Clone, Copy, Debug)]
enum Growth {
    /// Times two each retry: a shift.
    Double,
    /// Times this each retry, with 32 bits behind the point.
    Factor(u64),
    /// Plus these nanoseconds each retry.
    Step(u64),
    Fibonacci,
    Fixed,
    None,
    Custom(fn(u32) -> Duration),
}

impl Backoff {
    /// `min(cap, base * 2^(k-1))`.
    pub const fn exponential(base: Duration, cap: Duration) -> Self {
        Self::growing(base, cap, Growth::Double)
    }

    /// `min(cap, base + step * (k-1))`.
    pub const fn linear(base: Duration, step: Duration, cap: Duration) -> Self {
        Self::growing(base, cap, Growth::Step(units::from(step)))
    }

    /// `min(cap, base * F(k))` with F = 1, 1, 2, 3, 5, ...
    pub const fn fibonacci(base: Duration, cap: Duration) -> Self {
        Self::growing(base, cap, Growth::Fibonacci)
    }

    /// The same wait before every retry; it has no cap but a day, so that jitter may lengthen it.
    pub const fn fixed(wait: Duration) -> Self {
        Self { base: units::from(wait), cap: DAY, growth: Growth::Fixed }
    }

    /// No wait at all.
    pub const fn none() -> Self {
        Self { base: 0, cap: 0, growth: Growth::None }
    }

    /// `wait(k)`, and at most a day. The function is called once a retry, with k from 1.
    pub const fn custom(wait: fn(u32) -> Duration) -> Self {
        Self { base: 0, cap: DAY, growth: Growth::Custom(wait) }
    }

    /// The same backoff, times `factor` instead of two each retry: `min(cap, base * factor^(k-1))`. Of use on
    /// [`exponential`](Self::exponential) alone; from 1 to 1000.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // what does not fit is refused by its rule
    pub const fn factor(mut self, factor: f64) -> Self {
        if matches!(self.growth, Growth::Double | Growth::Factor(_)) {
            self.growth = Growth::Factor((factor * ONE as f64 + 0.5) as u64);
        }
        self
    }

    /// The wait before retry `retry`, counted from 1, before jitter.
    pub fn wait(&self, retry: u32) -> Duration {
        Duration::from_nanos(self.nanos(retry))
    }

    const fn growing(base: Duration, cap: Duration, growth: Growth) -> Self {
        Self { base: units::from(base), cap: units::from(cap), growth }
    }

    /// What no wait of this backoff passes, jitter included.
    #[inline]
    pub(crate) const fn cap(&self) -> u64 {
        self.cap
    }

    pub(crate) const fn base(&self) -> u64 {
        self.base
    }

    /// The factor, with 32 bits behind the point.
    #[doc(hidden)]
    pub const fn growth_factor(&self) -> Option<u64> {
        if let Growth::Factor(factor) = self.growth { Some(factor) } else { None }
    }

    pub(crate) const fn step(&self) -> u64 {
        if let Growth::Step(step) = self.growth { step } else { 0 }
    }

    pub(crate) const fn is_custom(&self) -> bool {
        matches!(self.growth, Growth::Custom(_))
    }

    pub(crate) const fn is_none(&self) -> bool {
        matches!(self.growth, Growth::None)
    }

    /// The wait before retry `retry`; a constant function but for `custom`, which has no figure before it runs.
    pub(crate) const fn known(&self, retry: u32) -> Option<u64> {
        let wait = match self.growth {
            Growth::Double => shifted(self.base, retry.saturating_sub(1)),
            Growth::Factor(factor) => times_power(self.base, factor, retry.saturating_sub(1), self.cap),
            Growth::Step(step) => self.base.saturating_add(step.saturating_mul(retry.saturating_sub(1) as u64)),
            Growth::Fibonacci => self.base.saturating_mul(fibonacci(retry)),
            Growth::Fixed | Growth::None => self.base,
            Growth::Custom(_) => return None,
        };
        Some(least(self.cap, wait))
    }

    #[inline]
    pub(crate) fn nanos(&self, retry: u32) -> u64 {
        match self.growth {
            // The default: a shift, without the others' registers and jumps.
            Growth::Double => least(self.cap, shifted(self.base, retry.saturating_sub(1))),
            Growth::None => 0,
            _ => self.seldom(retry),
        }
    }

    #[inline(never)]
    fn seldom(&self, retry: u32) -> u64 {
        match self.growth {
            Growth::Custom(wait) => least(self.cap, units::from(wait(retry))),
            _ => self.known(retry).unwrap_or(0),
        }
    }

    /// Whether some wait is at least `wait`; `custom` is taken at its word.
    pub(crate) const fn reaches(&self, wait: u64) -> bool {
        match self.growth {
            Growth::Custom(_) => true,
            _ => matches!(self.known(u32::MAX), Some(top) if top >= wait),
        }
    }
}

/// As the attribute writes it: `exp(500ms, 4s)`. Of `custom`, whose function has no name here, that word alone.
impl Display for Backoff {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let (base, cap) = (Time(self.base), Time(self.cap));
        match self.growth {
            Growth::Double => write!(formatter, "exp({base}, {cap})"),
            Growth::Factor(factor) => {
                let factor = Fixed { value: factor, bits: 32 };
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

/// `base * 2^doublings`, saturating.
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

/// The k-th of 1, 1, 2, 3, 5, ..., saturating: the 94th no longer fits.
const fn fibonacci(k: u32) -> u64 {
    let (mut this, mut next) = (1_u64, 1_u64);
    let mut left = if k > 94 { 94 } else { k };
    while left > 1 {
        (this, next) = (next, this.saturating_add(next));
        left -= 1;
    }
    this
}

/// `base * factor^power` by squaring, saturating at `cap`; the factor has 32 bits behind the point and is at least 1.
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
        // Past 2^64 the square alone exceeds every cap, and is only used while there is power left.
        square = match square.checked_mul(square) {
            Some(wide) => wide >> 32,
            None => u128::MAX,
        };
    }
    units::clip(product >> 32)
}
