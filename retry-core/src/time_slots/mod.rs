//! Slots in time for the attempts under a rate limit.
//!
//! This is the generic cell rate algorithm by reservation: an attempt that has to wait receives its time at once, and is
//! not checked again. So it needs one timer, attempts begin in the order in which they asked, and a late timer loses no
//! slot.

mod spares;
#[cfg(test)]
mod tests;
pub(crate) mod validate;

use self::spares::Spares;
use crate::sync::{AtomicU64, Ordering::Relaxed};
use crate::units::{Moment, Span};

/// Slots of one rate limit.
///
/// ```text
///    now          at            next
///     |  early     |  early       |
/// ----+------------+----|---------+----|----> time
///     slots until `now + early` are free at once: the burst
/// ```
///
/// Every slot reserved below `next` belongs to one attempt, is a spare, or is lost. No spare is at or after `next`.
// No orderings: each word is complete in itself, and publishes nothing.
#[derive(Debug)]
#[repr(align(128))]
pub struct TimeSlots {
    /// Place of the next slot, in nanoseconds.
    ///
    /// A slot may be used `early` before its place.
    next: AtomicU64,
    spares: Spares,
    distance: Distance,
}

/// Distance of slots, and how early one may be used, in nanoseconds.
#[cfg(not(feature = "settings"))]
#[derive(Debug)]
struct Distance {
    apart: u64,
    early: u64,
}

/// Distance of slots, and how early one may be used, in nanoseconds.
///
/// They may change while the program runs.
#[cfg(feature = "settings")]
#[derive(Debug)]
struct Distance {
    apart: AtomicU64,
    early: AtomicU64,
}

#[cfg(not(feature = "settings"))]
impl Distance {
    const fn new(apart: u64, early: u64) -> Self {
        Self { apart, early }
    }

    #[inline]
    const fn apart(&self) -> u64 {
        self.apart
    }

    #[inline]
    const fn early(&self) -> u64 {
        self.early
    }
}

#[cfg(feature = "settings")]
impl Distance {
    const fn new(apart: u64, early: u64) -> Self {
        Self { apart: AtomicU64::new(apart), early: AtomicU64::new(early) }
    }

    #[inline]
    fn apart(&self) -> u64 {
        self.apart.load(Relaxed)
    }

    #[inline]
    fn early(&self) -> u64 {
        self.early.load(Relaxed)
    }
}

/// Reserved slot: permission for one attempt at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a slot that is not used is given back"]
pub struct TimeSlot {
    at: u64,
    /// Place of the slot that follows.
    after: u64,
}

impl TimeSlot {
    /// Returns the time at which the attempt may begin.
    #[inline]
    pub const fn at(self) -> Moment {
        Moment(self.at)
    }
}

impl TimeSlots {
    /// Creates slots at a distance of `apart`.
    ///
    /// After a quiet time `burst` of them are free at once. Both are at least 1.
    #[allow(clippy::cast_lossless)] // `From` is not const
    pub const fn new(apart: Span, burst: u32) -> Self {
        let early = apart.0.saturating_mul(burst.saturating_sub(1) as u64);
        Self { next: AtomicU64::new(0), spares: Spares::new(), distance: Distance::new(apart.0, early) }
    }

    /// Sets distance and burst for slots that are reserved from now on.
    #[cfg(feature = "settings")]
    pub fn set_distance(&self, apart: Span, burst: u32) {
        self.distance.apart.store(apart.0, Relaxed);
        self.distance.early.store(apart.0.saturating_mul(u64::from(burst.saturating_sub(1))), Relaxed);
    }

    /// Reserves the first free slot from `now` on.
    ///
    /// Returns `None`, and changes nothing, if that is at or after `end`.
    pub fn reserve(&self, now: Moment, end: Moment) -> Option<TimeSlot> {
        let mut next = self.next.load(Relaxed);
        loop {
            let from = next.max(now.0);
            let at = from.saturating_sub(self.distance.early()).max(now.0);
            if at > now.0 {
                if let Some(spare) = self.spares.take(now.0, end.0) {
                    return Some(TimeSlot { at: spare, after: spare + self.distance.early() + self.distance.apart() });
                }
            }
            if at >= end.0 {
                return None;
            }
            let after = from.checked_add(self.distance.apart())?;
            match self.next.compare_exchange_weak(next, after, Relaxed, Relaxed) {
                Ok(_) => return Some(TimeSlot { at, after }),
                Err(actual) => next = actual,
            }
        }
    }

    /// Gives back a slot that was not used.
    ///
    /// The last slot is free again as if it had not been reserved. One before others becomes a spare until its time has
    /// passed. It is lost if there are four spares already.
    pub fn give_back(&self, slot: TimeSlot, now: Moment) {
        let place = slot.after.saturating_sub(self.distance.apart());
        let was_last = self.next.compare_exchange(slot.after, place, Relaxed, Relaxed).is_ok();
        if !was_last && slot.at > now.0 {
            self.spares.put(slot.at, now.0);
        }
    }
}
