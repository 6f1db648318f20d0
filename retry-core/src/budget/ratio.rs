//! Retries as a share of the calls in a sliding time, beside a reserve that is always there.
//!
//! The time is ten buckets, as in Finagle and tower: with one, all that was saved and all that was spent would be
//! forgotten at once, so that twice the share goes through around that moment; with ten, what is remembered is never
//! off by more than a tenth of the time. A bucket holds its calls times the share, less its retries.

use crate::budget::fixed_point::ONE;
use crate::sync::{
    AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};

/// The buckets before the one of now.
const PAST: usize = 9;
const BUCKETS: u64 = PAST as u64 + 1;

/// What is fixed: shares and reserve in [`ONE`]s.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    pub(crate) share: i64,
    pub(crate) reserve: i64,
    /// Nanoseconds.
    pub(crate) window: u64,
    /// Slots a nanosecond with 64 bits behind the point, rounded up, since a multiplication is four times as fast as a
    /// division. After a year a slot begins a five-hundredth early.
    slots: u64,
}

impl Rate {
    /// A window of a second at least.
    #[allow(clippy::cast_possible_truncation)] // 2^64 / 10^8 at most
    pub(crate) const fn new(share: i64, reserve: i64, window: u64) -> Self {
        let slots = (1_u128 << 64).div_ceil((window / BUCKETS) as u128) as u64;
        Self { share, reserve, window, slots }
    }

    /// The slot of `now`, of which there are ten a window.
    #[allow(clippy::cast_possible_truncation)] // the product of two 64-bit numbers has no more than 64 above the point
    fn slot(&self, now: u64) -> u64 {
        ((u128::from(now) * u128::from(self.slots)) >> 64) as u64 & SLOTS
    }
}

/// The buckets.
///
/// A draw is one step although its balance is the sum of ten words: only `head` ever changes while a bucket is the one
/// of now, and a swap of `head` that succeeds proves that its bucket still was. When time has gone on, whoever comes
/// first turns to the next bucket in three steps, any of which any thread may take over from one that stalls:
///
/// 1. `head` is marked as full, after which no draw succeeds on it;
/// 2. it is copied into `past`, over the bucket that is ten behind the next;
/// 3. `head` becomes the next bucket, empty.
///
/// Orderings: every load of `head` is `Acquire` and every swap `AcqRel`, so that who sees a bucket in `head` sees all
/// before it in `past`, and what a draw read of `past` was read before its swap. A bucket is copied with `Release` and
/// read with `Acquire`, so that who sees a copy also sees that `head` was marked: it is not mistaken for an older one.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Ratio {
    pub(crate) rate: Rate,
    /// The sum of `past` as the bucket of now sees it, so that a draw reads two words, not ten.
    sum: AtomicU64,
    past: [AtomicU64; PAST],
    /// Last, so that it has another cache line than what is only read.
    head: AtomicU64,
}

#[cfg(not(loom))]
const _: () = assert!(core::mem::offset_of!(Ratio, head) >= crate::units::CACHE_LINE);

impl Ratio {
    pub(crate) const fn new(rate: Rate) -> Self {
        let empty = [const { AtomicU64::new(Bucket::empty(0).0) }; PAST];
        Self { head: AtomicU64::new(Bucket::empty(0).0), past: empty, sum: AtomicU64::new(0), rate }
    }

    /// Counts a call at `now`.
    pub(crate) fn deposit(&self, now: u64) {
        self.add(self.rate.share, now);
    }

    /// Takes one retry, or nothing where there is less.
    pub(crate) fn withdraw(&self, now: u64) -> bool {
        loop {
            let head = self.head(now);
            if self.balance(head) < ONE {
                // The sum is of one moment only if nothing has changed since.
                if self.head.load(Acquire) == head.0 {
                    return false;
                }
                continue;
            }
            // A debt that the bucket cannot hold is not made.
            let Some(less) = head.less_one() else { return false };
            if self.replace(head, less) {
                return true;
            }
        }
    }

    /// Gives back what a draw took for a retry that was never made.
    pub(crate) fn refund(&self, now: u64) {
        self.add(ONE, now);
    }

    /// How many whole retries may be drawn at `now`.
    pub(crate) fn left(&self, now: u64) -> u64 {
        loop {
            let head = self.head(now);
            let balance = self.balance(head);
            if self.head.load(Acquire) == head.0 {
                return u64::try_from(balance / ONE).unwrap_or(0);
            }
        }
    }

    /// Adds to the bucket of now, in one step that nobody can spoil; what it cannot hold is lost.
    ///
    /// If time has gone on since the look at `head`, the bucket is a later one, as for a thread that came late; or it
    /// is marked as full and keeps what comes while it is copied, since it is copied until it was copied unchanged.
    #[allow(clippy::cast_sign_loss)] // no amount is negative
    fn add(&self, amount: i64, now: u64) {
        if self.head(now).net() <= MAX_NET - amount {
            self.head.fetch_add(amount as u64, AcqRel);
        }
    }

    fn replace(&self, head: Bucket, new: Bucket) -> bool {
        self.head.compare_exchange_weak(head.0, new.0, AcqRel, Relaxed).is_ok()
    }

    /// What may be spent while `head` is the bucket of now.
    fn balance(&self, head: Bucket) -> i64 {
        let sum = Sum(self.sum.load(Acquire));
        let past = if sum.is_of(head) { sum.net() } else { self.sum_up(head) };
        self.rate.reserve + past + head.net()
    }

    /// Sums up `past` as `head` sees it, and keeps that. A sum that was read while the bucket turned is wrong, and no
    /// harm: its bucket was marked by then, so that no swap succeeds on it, and it never comes back.
    #[cold]
    fn sum_up(&self, head: Bucket) -> i64 {
        let known = self.sum.load(Acquire);
        let mut net = 0;
        for past in &self.past {
            let past = Bucket(past.load(Acquire));
            if (1..BUCKETS).contains(&past.slots_until(head.slot())) {
                net += past.net();
            }
        }
        // Where this fails another thread has kept the same sum, or one of a later bucket.
        let _ = self.sum.compare_exchange_weak(known, Sum::of(head, net).0, AcqRel, Relaxed);
        net
    }

    /// The bucket of now, or a later one that another thread has turned to.
    fn head(&self, now: u64) -> Bucket {
        let slot = self.rate.slot(now);
        loop {
            let head = Bucket(self.head.load(Acquire));
            let ahead = head.slots_until(slot);
            let is_past = ahead != 0 && ahead <= SLOTS - LATE;
            if !is_past && !head.is_full() {
                return head;
            }
            // A late thread that finds a full bucket does not know the time, but that it is later than the bucket's.
            let next = if is_past { slot } else { (head.slot() + 1) & SLOTS };
            self.turn(head, Bucket::empty(next));
        }
    }

    /// Takes the three steps from `head` to `next`; gives up where another thread has taken one of them first.
    #[cold]
    fn turn(&self, head: Bucket, next: Bucket) {
        let full = head.full();
        if !head.is_full() && !self.replace(head, full) {
            return;
        }
        let copy = head.copied();
        #[allow(clippy::cast_possible_truncation)] // 26 bits
        let place = &self.past[head.slot() as usize % PAST];
        let old = place.load(Acquire);
        // Still this bucket's turn, so `old` is not a later bucket.
        if self.head.load(Acquire) != full.0 {
            return;
        }
        if old != copy.0 {
            // Fails if another thread has copied it, or spuriously, which the next look at the full bucket repairs.
            if place.compare_exchange_weak(old, copy.0, Release, Relaxed).is_err() {
                return;
            }
        }
        self.replace(full, next);
    }
}

const NET_BITS: u32 = 37;
const SLOTS: u64 = (1 << 26) - 1;
const FULL: u64 = 1 << 63;
/// So many slots behind `head` is a thread that was held up; more is time that has wrapped around, after 77 days or
/// more without a call.
const LATE: u64 = 1024;
/// Just below 32,768 retries, saved or spent. There is room for as many again: that of threads that all looked before any added.
const MAX_NET: i64 = (1 << 35) - 1;
/// What a bucket of nothing holds, so that adding to a debt carries nothing into the slot.
const ZERO: u64 = 1 << (NET_BITS - 1);

/// One bucket: the mark of a full one in bit 63, then 26 bits of its slot of time, then 37 bits of deposits less
/// draws in [`ONE`]s, above [`ZERO`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bucket(u64);

impl Bucket {
    const fn empty(slot: u64) -> Self {
        Self((slot & SLOTS) << NET_BITS | ZERO)
    }

    const fn slot(self) -> u64 {
        (self.0 >> NET_BITS) & SLOTS
    }

    #[allow(clippy::cast_possible_wrap)] // 37 bits
    const fn net(self) -> i64 {
        (self.0 & ((1 << NET_BITS) - 1)) as i64 - ZERO as i64
    }

    /// With one retry less; `None` where that is a greater debt than a bucket holds.
    #[allow(clippy::cast_sign_loss)] // it is positive
    const fn less_one(self) -> Option<Self> {
        if self.net() < ONE - MAX_NET { None } else { Some(Self(self.0 - ONE as u64)) }
    }

    const fn is_full(self) -> bool {
        self.0 & FULL != 0
    }

    const fn full(self) -> Self {
        Self(self.0 | FULL)
    }

    const fn copied(self) -> Self {
        Self(self.0 & !FULL)
    }

    /// How many slots after this one `slot` comes, around the clock.
    const fn slots_until(self, slot: u64) -> u64 {
        slot.wrapping_sub(self.slot()) & SLOTS
    }
}

/// The net of nine buckets in 40 bits, which hold sixteen, below 24 bits of the slot for which they were summed up.
#[derive(Clone, Copy, Debug)]
struct Sum(u64);

impl Sum {
    const BITS: u32 = 40;

    #[allow(clippy::cast_sign_loss)] // two's complement is meant
    const fn of(head: Bucket, net: i64) -> Self {
        Self(head.slot() << Self::BITS | net as u64 & ((1 << Self::BITS) - 1))
    }

    const fn is_of(self, head: Bucket) -> bool {
        (self.0 ^ head.slot() << Self::BITS) >> Self::BITS == 0
    }

    #[allow(clippy::cast_possible_wrap)] // the sign is meant
    const fn net(self) -> i64 {
        ((self.0 << (64 - Self::BITS)) as i64) >> (64 - Self::BITS)
    }
}
