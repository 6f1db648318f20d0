//! Retries as a share of the calls in a sliding window, beside a constant reserve.
//!
//! The window is ten buckets, as in Finagle and tower. With one bucket, deposits and withdrawals would expire together,
//! and around that moment twice the share would be granted. With ten, the window is exact to a tenth of its time. A
//! bucket holds its calls times the share, less its retries.

use crate::budget::fixed_point::ONE;
use crate::sync::{
    AtomicU64,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use crate::units::Moment;

/// Buckets before the current one.
const PAST: usize = 9;
const BUCKETS: u64 = PAST as u64 + 1;

/// Settings of a ratio; share and reserve are in [`ONE`]s.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    pub(crate) share: i64,
    pub(crate) reserve: i64,
    /// Nanoseconds.
    pub(crate) window: u64,
    /// Slots per nanosecond with 64 fractional bits, rounded up.
    ///
    /// A multiplication is four times as fast as a division. After a year a slot begins a five-hundredth of its length
    /// early.
    slots: u64,
}

impl Settings {
    /// Creates settings; the window is at least a second.
    #[allow(clippy::cast_possible_truncation)] // 2^64 / 10^8 at most
    pub(crate) const fn new(share: i64, reserve: i64, window: u64) -> Self {
        let slots = (1_u128 << 64).div_ceil((window / BUCKETS) as u128) as u64;
        Self { share, reserve, window, slots }
    }

    /// Returns the slot of `now`; there are ten per window.
    #[allow(clippy::cast_possible_truncation)] // the product of two 64-bit numbers has no more than 64 above the point
    fn slot(&self, now: Moment) -> u64 {
        ((u128::from(now.as_nanos()) * u128::from(self.slots)) >> 64) as u64 & SLOTS
    }
}

/// Ring of buckets.
///
/// A withdrawal is one step although its balance is the sum of ten words: while a bucket is the current one only `head`
/// changes, and a swap of `head` that succeeds proves that its bucket still was current. When its slot is over, the
/// first thread turns to the next bucket in three steps. Any thread may take over from one that stalls:
///
/// 1. `head` is marked as full, after which no withdrawal succeeds on it;
/// 2. it is copied into `past`, over the bucket that is ten behind the next;
/// 3. `head` becomes the next bucket, empty.
///
/// Orderings: each load of `head` is `Acquire` and each swap `AcqRel`. So a thread that sees a bucket in `head` sees all
/// buckets before it in `past`, and a withdrawal reads `past` before its swap. A bucket is copied with `Release` and
/// read with `Acquire`. So a thread that sees a copy also sees that `head` was marked, and does not mistake it for an
/// older one.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Ratio {
    pub(crate) settings: Settings,
    /// Sum of `past` for the current bucket.
    ///
    /// A withdrawal then reads two words, not ten.
    sum: AtomicU64,
    past: [AtomicU64; PAST],
    /// Last, so that it is on another cache line than what is only read.
    head: AtomicU64,
}

#[cfg(not(loom))]
const _: () = assert!(core::mem::offset_of!(Ratio, head) >= crate::units::CACHE_LINE);

impl Ratio {
    pub(crate) const fn new(settings: Settings) -> Self {
        let empty = [const { AtomicU64::new(Bucket::empty(0).0) }; PAST];
        Self { head: AtomicU64::new(Bucket::empty(0).0), past: empty, sum: AtomicU64::new(0), settings }
    }

    /// Counts a call at `now`.
    pub(crate) fn deposit(&self, now: Moment) {
        self.add(self.settings.share, now);
    }

    /// Takes one retry; returns `false` if there is less.
    pub(crate) fn withdraw(&self, now: Moment) -> bool {
        loop {
            let head = self.head(now);
            if self.balance(head) < ONE {
                // The sum is consistent only if `head` has not changed since.
                if self.head.load(Acquire) == head.0 {
                    return false;
                }
                continue;
            }
            // The bucket cannot hold a greater debt.
            let Some(less) = head.less_one() else { return false };
            if self.replace(head, less) {
                return true;
            }
        }
    }

    /// Refunds a retry that is not made.
    pub(crate) fn refund(&self, now: Moment) {
        self.add(ONE, now);
    }

    /// Returns the whole retries that may be withdrawn at `now`.
    pub(crate) fn left(&self, now: Moment) -> u64 {
        loop {
            let head = self.head(now);
            let balance = self.balance(head);
            if self.head.load(Acquire) == head.0 {
                return u64::try_from(balance / ONE).unwrap_or(0);
            }
        }
    }

    /// Adds to the current bucket, in one step that cannot fail.
    ///
    /// Drops what the bucket cannot hold.
    ///
    /// If another thread has turned to the next bucket since `head` was read, the amount goes to that one. If the bucket
    /// was marked as full, it keeps the amount, because it is copied again until the copy is complete.
    #[allow(clippy::cast_sign_loss)] // no amount is negative
    fn add(&self, amount: i64, now: Moment) {
        if self.head(now).net() <= MAX_NET - amount {
            self.head.fetch_add(amount as u64, AcqRel);
        }
    }

    fn replace(&self, head: Bucket, new: Bucket) -> bool {
        self.head.compare_exchange_weak(head.0, new.0, AcqRel, Relaxed).is_ok()
    }

    /// Returns the amount that may be withdrawn while `head` is the current bucket.
    fn balance(&self, head: Bucket) -> i64 {
        let sum = Sum(self.sum.load(Acquire));
        let past = if sum.is_of(head) { sum.net() } else { self.sum_up(head) };
        self.settings.reserve + past + head.net()
    }

    /// Sums up `past` for `head`, and stores the sum.
    ///
    /// A sum that was read during a turn is wrong but harmless: its bucket was marked by then, so no swap succeeds on
    /// it, and it never becomes current again.
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
        // If this fails, another thread has stored the same sum, or one of a later bucket.
        let _ = self.sum.compare_exchange_weak(known, Sum::of(head, net).0, AcqRel, Relaxed);
        net
    }

    /// Returns the current bucket, or a later one that another thread has turned to.
    fn head(&self, now: Moment) -> Bucket {
        let slot = self.settings.slot(now);
        loop {
            let head = Bucket(self.head.load(Acquire));
            let ahead = head.slots_until(slot);
            let is_past = ahead != 0 && ahead <= SLOTS - LATE;
            if !is_past && !head.is_full() {
                return head;
            }
            // A late thread that finds a full bucket cannot compute the current slot; it is later than the bucket's.
            let next = if is_past { slot } else { (head.slot() + 1) & SLOTS };
            self.turn(head, Bucket::empty(next));
        }
    }

    /// Takes the three steps from `head` to `next`.
    ///
    /// Stops if another thread has taken one of them first.
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
        // `head` is still this bucket, so `old` is not a later one.
        if self.head.load(Acquire) != full.0 {
            return;
        }
        if old != copy.0 {
            // Fails if another thread has copied it, or spuriously, which the next read of the full bucket repairs.
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
/// Most slots that a delayed thread may be behind `head`.
///
/// More means that the slots have wrapped around, after 77 days or more without a call.
const LATE: u64 = 1024;
/// Greatest amount of a bucket, saved or spent: just below 32,768 retries.
///
/// There is room for as many again, because threads check the amount before they add to it.
const MAX_NET: i64 = (1 << 35) - 1;
/// Representation of a net of zero.
///
/// Adding to a debt then carries nothing into the slot.
const ZERO: u64 = 1 << (NET_BITS - 1);

/// One bucket.
///
/// ```text
///   63   62    37 36                                              0
/// | full |  slot  | deposits less withdrawals in ONEs, plus ZERO |
/// ```
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

    /// Returns the bucket with one retry less.
    ///
    /// The result is `None` if that is a greater debt than a bucket holds.
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

    /// Returns the slots from this one to `slot`, with wrap-around.
    const fn slots_until(self, slot: u64) -> u64 {
        slot.wrapping_sub(self.slot()) & SLOTS
    }
}

/// Sum of the nine past buckets, for one current bucket.
///
/// 40 bits hold the net of sixteen buckets.
///
/// ```text
///  63                    40 39            0
/// | low bits of head's slot | net, signed  |
/// ```
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
