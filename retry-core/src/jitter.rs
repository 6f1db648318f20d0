//! Randomization of a delay.
//!
//! Clients that failed together retry together unless their delays are randomized. Every jitter keeps two promises:
//! no delay exceeds the cap of the backoff, and delays at the cap are still randomized, because the delay is first
//! clipped so that the top of its window is the cap. Full, equal and decorrelated jitter are those of the AWS
//! Architecture Blog, 'Exponential Backoff and Jitter' (2015).

use core::fmt::{self, Display, Formatter};
use core::time::Duration;

use crate::backoff::Backoff;
use crate::display::{Fixed, Time};
use crate::units::{self, ONE, Span, least};

/// Randomization of a delay d; [`full`](Self::full) by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jitter(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Full,
    Equal,
    /// Share with 32 fractional bits.
    Proportional(u64),
    /// Nanoseconds.
    Additive(u64),
    Decorrelated,
    None,
}

/// Shortest and longest delay before one retry, in nanoseconds, both possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) bottom: u64,
    pub(crate) top: u64,
}

impl Jitter {
    /// Creates full jitter: from zero to d.
    pub const fn full() -> Self {
        Self(Kind::Full)
    }

    /// Creates equal jitter: from d/2 to d.
    pub const fn equal() -> Self {
        Self(Kind::Equal)
    }

    /// Creates proportional jitter: from `d * (1 - share)` to `d * (1 + share)`.
    ///
    /// The share is from 0 to 1.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // its rule rejects what does not fit
    pub const fn proportional(share: f64) -> Self {
        // A negative share, or NaN, becomes one that the policy rejects.
        let fixed = if share >= 0.0 { (share * ONE as f64 + 0.5) as u64 } else { u64::MAX };
        Self(Kind::Proportional(fixed))
    }

    /// Creates additive jitter: from d to `d + longest`.
    pub const fn additive(longest: Duration) -> Self {
        Self(Kind::Additive(units::from(longest)))
    }

    /// Creates decorrelated jitter, which grows from the previous delay.
    ///
    /// Each delay is from the first delay of the backoff to three times the previous one.
    pub const fn decorrelated() -> Self {
        Self(Kind::Decorrelated)
    }

    /// Turns jitter off: each delay is d.
    ///
    /// Clients that failed together then retry together.
    pub const fn none() -> Self {
        Self(Kind::None)
    }

    /// Returns the window of the delay before retry `retry`.
    ///
    /// The result is `previous` is the delay before that, 0 at the first retry.
    #[inline]
    pub(crate) fn window(self, backoff: &Backoff, retry: u32, previous: u64) -> Window {
        match self.0 {
            Kind::Full => Window { bottom: 0, top: backoff.nanos(retry) },
            _ => self.window_otherwise(backoff, retry, previous),
        }
    }

    #[inline(never)]
    fn window_otherwise(self, backoff: &Backoff, retry: u32, previous: u64) -> Window {
        if self.is_decorrelated() {
            return decorrelated(backoff.nanos(1), backoff.cap, previous);
        }
        self.around(backoff.nanos(retry), backoff.cap)
    }

    /// Returns the jittered delay before retry `retry`.
    ///
    /// Calls `random`, which returns 64 uniform bits, only if the delay is randomized.
    #[doc(hidden)]
    #[inline]
    pub fn delay(self, backoff: &Backoff, retry: u32, previous: Span, random: impl FnOnce() -> u64) -> Span {
        let window = self.window(backoff, retry, previous.as_nanos());
        Span::from_nanos(if window.is_wide() { window.pick(random()) } else { window.bottom })
    }

    /// Returns the longest delay after a delay of `previous`.
    ///
    /// `previous` may be a delay of another backoff.
    pub(crate) const fn top_after(self, backoff: &Backoff, retry: u32, previous: u64) -> u64 {
        match self.0 {
            Kind::Decorrelated if !backoff.is_custom() => {
                let from = if previous > backoff.base { previous } else { backoff.base };
                least(backoff.cap, from.saturating_mul(3))
            }
            _ => self.top(backoff, retry),
        }
    }

    /// Returns the longest delay before retry `retry`.
    ///
    /// The result is the cap for `custom`, which must run first.
    pub(crate) const fn top(self, backoff: &Backoff, retry: u32) -> u64 {
        match (self.0, backoff.known(retry)) {
            (_, None) => backoff.cap,
            (Kind::Decorrelated, _) => {
                let tripled = 3_u64.saturating_pow(retry);
                least(backoff.cap, backoff.base.saturating_mul(tripled))
            }
            (_, Some(delay)) => self.around(delay, backoff.cap).top,
        }
    }

    /// Returns the shortest delay before retry `retry`.
    ///
    /// The result is 0 for `custom`, which must run first.
    pub(crate) const fn bottom(self, backoff: &Backoff, retry: u32) -> u64 {
        match (self.0, backoff.known(retry)) {
            (_, None) => 0,
            (Kind::Decorrelated, _) => least(backoff.cap, backoff.base),
            (_, Some(delay)) => self.around(delay, backoff.cap).bottom,
        }
    }

    /// Returns the share, with 32 fractional bits.
    pub(crate) const fn share(self) -> u64 {
        if let Kind::Proportional(share) = self.0 { share } else { 0 }
    }

    /// Returns the longest time that is added to a delay.
    pub(crate) const fn addition(self) -> u64 {
        if let Kind::Additive(longest) = self.0 { longest } else { 0 }
    }

    pub(crate) const fn is_none(self) -> bool {
        matches!(self.0, Kind::None)
    }

    pub(crate) const fn is_decorrelated(self) -> bool {
        matches!(self.0, Kind::Decorrelated)
    }

    const fn around(self, delay: u64, cap: u64) -> Window {
        match self.0 {
            Kind::Full => Window { bottom: 0, top: delay },
            Kind::Equal => Window { bottom: delay / 2, top: delay },
            Kind::Proportional(share) => {
                let share = least(share, ONE);
                let highest = units::clip(((cap as u128) << 32) / (ONE + share) as u128);
                let delay = least(delay, highest);
                let spread = units::clip((delay as u128 * share as u128) >> 32);
                Window { bottom: delay - spread, top: delay + spread }
            }
            Kind::Additive(longest) => {
                let bottom = least(delay, cap.saturating_sub(longest));
                Window { bottom, top: least(cap, bottom.saturating_add(longest)) }
            }
            Kind::Decorrelated | Kind::None => Window { bottom: delay, top: delay },
        }
    }
}

/// Writes the jitter as an attribute does: `full`, `proportional(0.25)`.
impl Display for Jitter {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::Full => formatter.write_str("full"),
            Kind::Equal => formatter.write_str("equal"),
            Kind::Proportional(share) => write!(formatter, "proportional({})", Fixed::Nearest(share)),
            Kind::Additive(longest) => write!(formatter, "additive({})", Time(longest)),
            Kind::Decorrelated => formatter.write_str("decorrelated"),
            Kind::None => formatter.write_str("none"),
        }
    }
}

impl Default for Jitter {
    fn default() -> Self {
        Self::full()
    }
}

impl Window {
    /// Returns the nanosecond of the window that `random` selects.
    ///
    /// Each is equally likely if `random` is uniform.
    #[inline]
    pub(crate) fn pick(self, random: u64) -> u64 {
        let span = u128::from((self.top - self.bottom).saturating_add(1));
        // The upper half of the product, after Lemire's 'Fast Random Integer Generation in an Interval' (2019); the bias is
        // below span / 2^64, one part in 200,000 at a day.
        self.bottom + units::clip((u128::from(random) * span) >> 64)
    }

    /// Returns whether there is more than one delay.
    #[inline]
    pub(crate) const fn is_wide(self) -> bool {
        self.top > self.bottom
    }
}

fn decorrelated(base: u64, cap: u64, previous: u64) -> Window {
    let bottom = least(base, cap);
    let tripled = previous.max(bottom).saturating_mul(3);
    Window { bottom, top: least(cap, tripled) }
}
