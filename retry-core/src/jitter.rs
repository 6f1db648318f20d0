//! How chance spreads a wait.
//!
//! Clients that failed together come back together unless chance parts them. Every jitter here keeps two promises:
//! no wait passes the backoff's cap, and the spread does not vanish there, since the wait is first clipped so that
//! the top of its window is the cap. Full, equal and decorrelated are those of the AWS Architecture Blog,
//! 'Exponential Backoff and Jitter' (2015).

use core::fmt::{self, Display, Formatter};
use core::time::Duration;

use crate::backoff::Backoff;
use crate::display::{Fixed, Time};
use crate::units::{self, ONE, least};

/// How chance spreads a wait d; [`full`](Self::full) unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jitter(Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Full,
    Equal,
    /// The share, with 32 bits behind the point.
    Proportional(u64),
    /// Nanoseconds.
    Additive(u64),
    Decorrelated,
    None,
}

/// The least and the most nanoseconds of one wait, both possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    pub(crate) bottom: u64,
    pub(crate) top: u64,
}

impl Jitter {
    /// From zero to d.
    pub const fn full() -> Self {
        Self(Kind::Full)
    }

    /// From d/2 to d.
    pub const fn equal() -> Self {
        Self(Kind::Equal)
    }

    /// From `d * (1 - share)` to `d * (1 + share)`, with a share from 0 to 1.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // what does not fit is refused by its rule
    pub const fn proportional(share: f64) -> Self {
        // A share that is no number from 0 to 1 becomes one that the policy refuses.
        let fixed = if share >= 0.0 { (share * ONE as f64 + 0.5) as u64 } else { u64::MAX };
        Self(Kind::Proportional(fixed))
    }

    /// From d to `d + most`.
    pub const fn additive(most: Duration) -> Self {
        Self(Kind::Additive(units::from(most)))
    }

    /// From the first wait of the backoff to three times the wait before this one.
    pub const fn decorrelated() -> Self {
        Self(Kind::Decorrelated)
    }

    /// Every wait is d: clients that failed together come back together.
    pub const fn none() -> Self {
        Self(Kind::None)
    }

    /// The window of the wait before retry `retry`; `previous` is the wait before that, 0 at the first retry.
    #[inline]
    pub(crate) fn window(self, backoff: &Backoff, retry: u32, previous: u64) -> Window {
        match self.0 {
            Kind::Full => Window { bottom: 0, top: backoff.nanos(retry) },
            _ => self.seldom(backoff, retry, previous),
        }
    }

    #[inline(never)]
    fn seldom(self, backoff: &Backoff, retry: u32, previous: u64) -> Window {
        if self.is_decorrelated() {
            return decorrelated(backoff.nanos(1), backoff.cap(), previous);
        }
        self.around(backoff.nanos(retry), backoff.cap())
    }

    /// The jittered wait before retry `retry`, in nanoseconds; `chance` is asked only if there is a spread.
    #[doc(hidden)]
    #[inline]
    pub fn wait(self, backoff: &Backoff, retry: u32, previous: u64, chance: impl FnOnce() -> u64) -> u64 {
        let window = self.window(backoff, retry, previous);
        if window.is_wide() { window.draw(chance()) } else { window.bottom }
    }

    /// As [`top`](Self::top), after a wait of `previous`, which the other backoff may have made.
    pub(crate) const fn top_after(self, backoff: &Backoff, retry: u32, previous: u64) -> u64 {
        match self.0 {
            Kind::Decorrelated if !backoff.is_custom() => {
                let from = if previous > backoff.base() { previous } else { backoff.base() };
                least(backoff.cap(), from.saturating_mul(3))
            }
            _ => self.top(backoff, retry),
        }
    }

    /// The most that the wait before retry `retry` can be; the cap where only a run of `custom` could tell.
    pub(crate) const fn top(self, backoff: &Backoff, retry: u32) -> u64 {
        match (self.0, backoff.known(retry)) {
            (_, None) => backoff.cap(),
            (Kind::Decorrelated, _) => {
                let tripled = 3_u64.saturating_pow(retry);
                least(backoff.cap(), backoff.base().saturating_mul(tripled))
            }
            (_, Some(wait)) => self.around(wait, backoff.cap()).top,
        }
    }

    /// The least that the wait before retry `retry` can be; 0 where only a run of `custom` could tell.
    pub(crate) const fn bottom(self, backoff: &Backoff, retry: u32) -> u64 {
        match (self.0, backoff.known(retry)) {
            (_, None) => 0,
            (Kind::Decorrelated, _) => least(backoff.cap(), backoff.base()),
            (_, Some(wait)) => self.around(wait, backoff.cap()).bottom,
        }
    }

    /// The share, with 32 bits behind the point.
    pub(crate) const fn share(self) -> u64 {
        if let Kind::Proportional(share) = self.0 { share } else { 0 }
    }

    /// The most that is added to a wait.
    pub(crate) const fn addition(self) -> u64 {
        if let Kind::Additive(most) = self.0 { most } else { 0 }
    }

    pub(crate) const fn is_decorrelated(self) -> bool {
        matches!(self.0, Kind::Decorrelated)
    }

    const fn around(self, wait: u64, cap: u64) -> Window {
        match self.0 {
            Kind::Full => Window { bottom: 0, top: wait },
            Kind::Equal => Window { bottom: wait / 2, top: wait },
            Kind::Proportional(share) => {
                let share = least(share, ONE);
                let highest = units::clip(((cap as u128) << 32) / (ONE + share) as u128);
                let wait = least(wait, highest);
                let spread = units::clip((wait as u128 * share as u128) >> 32);
                Window { bottom: wait - spread, top: wait + spread }
            }
            Kind::Additive(most) => {
                let bottom = least(wait, cap.saturating_sub(most));
                Window { bottom, top: least(cap, bottom.saturating_add(most)) }
            }
            Kind::Decorrelated | Kind::None => Window { bottom: wait, top: wait },
        }
    }
}

/// As the attribute writes it: `full`, `proportional(0.25)`.
impl Display for Jitter {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Kind::Full => formatter.write_str("full"),
            Kind::Equal => formatter.write_str("equal"),
            Kind::Proportional(share) => write!(formatter, "proportional({})", Fixed { value: share, bits: 32 }),
            Kind::Additive(most) => write!(formatter, "additive({})", Time(most)),
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
    /// The nanosecond of the window that `chance` falls on; each is equally likely if all 64 bits of `chance` are.
    #[inline]
    pub(crate) fn draw(self, chance: u64) -> u64 {
        let span = u128::from((self.top - self.bottom).saturating_add(1));
        // The product's upper half, by Lemire's 'Fast Random Integer Generation in an Interval' (2019); the bias is
        // below span / 2^64, one part in 200,000 at a day.
        self.bottom + units::clip((u128::from(chance) * span) >> 64)
    }

    /// Whether chance has a say.
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
