//! Size of the ring of words that both kinds of window share.

/// Words of the ring.
pub(in crate::breaker) const WORDS: usize = if cfg!(loom) { 2 } else { 42 };

/// Calls per word of a window of calls.
///
/// Each takes one bit for failed and one for slow, beside 16 bits of generation.
pub(super) const SLOTS: u16 = 24;

/// Most calls of a window of calls.
#[allow(clippy::cast_possible_truncation)] // 42 words
pub(in crate::breaker) const MAX_CALLS: u16 = if WORDS as u16 * SLOTS < 1000 { WORDS as u16 * SLOTS } else { 1000 };

/// Buckets of a window of time.
pub(in crate::breaker) const BUCKETS: u64 = if WORDS < 40 { WORDS as u64 } else { 40 };

/// Bit in the head of a window: a good call must still be counted.
///
/// In a window of calls it is the top bit of `lack`, so the window lacks more good calls than any window holds.
pub(super) const LACKING: u64 = 1 << 31;
