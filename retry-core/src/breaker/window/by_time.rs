//! Window of the last attempts by time: a ring of buckets, each one word.
//!
//! The window is `BUCKETS` times the width of a bucket, and slides by one bucket: an attempt counts for 97 to 100 % of
//! the window's time. A bucket counts up to 4095 attempts; then its counts are halved, which keeps its rates and lowers
//! its weight beside the others.
//!
//! ```text
//!  63   44 43        36 35   24 23    12 11    0
//! |  lap  | generation | calls | failed |  slow  |
//! ```
//!
//! A bucket carries the lap of the ring and the low bits of the generation that wrote it, so nothing is cleared: a
//! bucket of another lap or period is read as empty. The lap has 20 bits: a bucket that was not written for exactly 2^20
//! windows, 121 days of a window of 10 s, would count once more.

use crate::breaker::window::counts::{Counts, Mark};
use crate::breaker::window::ring::{BUCKETS, LACKING, WORDS};
use crate::sync::{AtomicU64, Ordering};
use crate::units::Moment;

const FIELD: u64 = 0xFFF;
const CALLS: u32 = 24;
const FAILED: u32 = 12;
/// Position of lap and generation.
const TAG: u32 = 36;
const GENERATION: u64 = 0xFFFF;
const LAPS: u64 = 1 << 20;
/// Most laps that a bucket may be ahead, if other threads read a later clock.
///
/// Further ahead, it is of a lap long ago.
const AHEAD: u64 = 8;

/// View of the words of a window as a ring of buckets.
pub(super) struct ByTime<'a> {
    /// Last bucket with a bad attempt.
    ///
    /// ```text
    ///  63               32   31     30    16 15          0
    /// | low bits of bucket | LACKING |  zero  | generation |
    /// ```
    ///
    /// `LACKING` is always set, because each good attempt counts in its bucket.
    pub(super) head: &'a AtomicU64,
    pub(super) ring: &'a [AtomicU64; WORDS],
    /// Nanoseconds per bucket.
    pub(super) width: u64,
    pub(super) generation: u16,
}

impl ByTime<'_> {
    /// Counts one attempt.
    ///
    /// Returns the counts if a rate may have reached its limit, and `None` otherwise or if the period is over, by
    /// `is_current`.
    pub(super) fn record(&self, mark: Mark, now: Moment, is_current: impl Fn() -> bool) -> Option<Counts> {
        let epoch = now.as_nanos() / self.width;
        self.add(epoch, mark, &is_current)?;
        let is_touched = if mark.is_bad() {
            self.touch(epoch, &is_current)?;
            true
        } else {
            self.is_touched(epoch)
        };
        // A window without a bad attempt reaches no rate.
        is_touched.then(|| self.counts(now))
    }

    /// Returns the counts of the window that ends now.
    pub(super) fn counts(&self, now: Moment) -> Counts {
        let epoch = now.as_nanos() / self.width;
        let mut counts = Counts::default();
        for back in 0..BUCKETS.min(epoch + 1) {
            let (place, tag) = self.bucket(epoch - back);
            let word = place.load(Ordering::Acquire);
            if word >> TAG == tag {
                counts.calls += field(word, CALLS);
                counts.failed += field(word, FAILED);
                counts.slow += field(word, 0);
            }
        }
        counts
    }

    /// Counts an attempt in the bucket of `epoch`.
    fn add(&self, epoch: u64, mark: Mark, is_current: impl Fn() -> bool) -> Option<()> {
        let (place, tag) = self.bucket(epoch);
        let mut word = place.load(Ordering::Acquire);
        loop {
            let mut bucket = word;
            if word >> TAG != tag {
                if is_ahead(word >> TAG, tag) || !is_current() {
                    return None;
                }
                bucket = tag << TAG;
            }
            match place.compare_exchange_weak(word, with(bucket, mark), Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some(()),
                Err(actual) => word = actual,
            }
        }
    }

    /// Records the bucket of a bad attempt.
    ///
    /// This step orders the bad attempts of several threads: the last one sees all.
    fn touch(&self, epoch: u64, is_current: impl Fn() -> bool) -> Option<()> {
        let next = epoch << 32 | LACKING | u64::from(self.generation);
        let mut word = self.head.load(Ordering::Acquire);
        loop {
            if word & GENERATION != next & GENERATION && !is_current() {
                return None;
            }
            match self.head.compare_exchange_weak(word, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return Some(()),
                Err(actual) => word = actual,
            }
        }
    }

    /// Returns whether the window that ends with this bucket may hold a bad attempt.
    ///
    /// The number of the bucket has only 32 bits; a wrong `true` costs one count of the buckets.
    fn is_touched(&self, epoch: u64) -> bool {
        let head = self.head.load(Ordering::Acquire);
        let back = epoch.wrapping_sub(head >> 32) & u64::from(u32::MAX);
        head & GENERATION == u64::from(self.generation) && back < BUCKETS
    }

    #[allow(clippy::cast_possible_truncation)] // below the number of buckets
    fn bucket(&self, epoch: u64) -> (&AtomicU64, u64) {
        let tag = (epoch / BUCKETS % LAPS) << 8 | u64::from(self.generation & 0xFF);
        (&self.ring[(epoch % BUCKETS) as usize], tag)
    }
}

/// Returns the bucket with one more attempt.
fn with(bucket: u64, mark: Mark) -> u64 {
    let mut counts = [field(bucket, CALLS), field(bucket, FAILED), field(bucket, 0)].map(u64::from);
    if counts[0] == FIELD {
        counts = counts.map(|count| count / 2);
    }
    let [calls, failed, slow] = counts;
    let (failed, slow) = (failed + u64::from(mark.failed), slow + u64::from(mark.slow));
    bucket >> TAG << TAG | (calls + 1) << CALLS | failed << FAILED | slow
}

#[allow(clippy::cast_possible_truncation)] // twelve bits
const fn field(bucket: u64, shift: u32) -> u32 {
    (bucket >> shift & FIELD) as u32
}

/// Returns whether the tag of a bucket is of a lap after ours.
const fn is_ahead(theirs: u64, ours: u64) -> bool {
    let laps = (theirs >> 8).wrapping_sub(ours >> 8) % LAPS;
    laps != 0 && laps <= AHEAD
}
