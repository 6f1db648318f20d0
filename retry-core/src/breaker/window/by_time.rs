//! The window of the last so much time: a ring of buckets, each one word.
//!
//! The window is `BUCKETS` times a bucket's width, and slides by one bucket: a call counts for at least 97 % of the
//! window's time and at most for all of it. A bucket counts up to 4095 calls; then its counts are halved, which keeps
//! its rates and lowers its weight beside the others.
//!
//! A bucket carries the lap of the ring and the generation that wrote it, so that nothing is ever cleared: one of
//! another lap or period is read as empty. The lap has 20 bits: a bucket that nobody wrote for exactly 2^20 windows,
//! 121 days of a window of 10 s, would count once more.

use crate::breaker::window::counts::{Counts, Mark};
use crate::breaker::window::ring::{BUCKETS, LACKING, WORDS};
use crate::sync::{AtomicU64, Ordering};

const FIELD: u64 = 0xFFF;
const CALLS: u32 = 24;
const FAILED: u32 = 12;
/// Where lap and generation begin.
const TAG: u32 = 36;
const GENERATION: u64 = 0xFFFF;
const LAPS: u64 = 1 << 20;
/// So many laps ahead, a bucket belongs to threads that read a later clock; further off, to a lap long ago.
const AHEAD: u64 = 8;

/// The window's words, seen as a ring of buckets.
pub(super) struct ByTime<'a> {
    /// From the highest bit: 32 of the last bucket with a bad call, `LACKING`, since every good call counts in its
    /// bucket, and at the end 16 of generation.
    pub(super) head: &'a AtomicU64,
    pub(super) ring: &'a [AtomicU64; WORDS],
    /// Nanoseconds a bucket.
    pub(super) width: u64,
    pub(super) generation: u16,
}

impl ByTime<'_> {
    /// Counts one call. `Some` if a rate may have reached its limit; `None` also where the period is over, which
    /// `is_current` says.
    pub(super) fn record(&self, mark: Mark, now: u64, is_current: impl Fn() -> bool) -> Option<Counts> {
        let epoch = now / self.width;
        self.add(epoch, mark, &is_current)?;
        let is_touched = if mark.is_bad() {
            self.touch(epoch, &is_current)?;
            true
        } else {
            self.is_touched(epoch)
        };
        // Without a bad call in it, no window reaches a rate.
        is_touched.then(|| self.counts(now))
    }

    /// What the window holds that ends now.
    pub(super) fn counts(&self, now: u64) -> Counts {
        let epoch = now / self.width;
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

    /// Counts a call in the bucket of `epoch`.
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

    /// Notes a bad call. As the head of the window of calls, this step orders bad calls: the last sees all.
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

    /// Whether the window that ends with this bucket may hold a bad call. The bucket's number is cut to 32 bits; where
    /// this says too much, the buckets are counted in vain.
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

/// The bucket with one more call.
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

/// Whether a bucket's tag is of a lap that begins after ours.
const fn is_ahead(theirs: u64, ours: u64) -> bool {
    let laps = (theirs >> 8).wrapping_sub(ours >> 8) % LAPS;
    laps != 0 && laps <= AHEAD
}
