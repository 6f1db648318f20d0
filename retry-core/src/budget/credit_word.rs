//! The word that calls share: tokens, retries under way, line.

use crate::budget::terms::{Limits, PRICE};

/// State of a credit in one word; zero is its rest.
///
/// ```text
///  63     62     61           32 31                          0
/// | line | good | retries under way | tokens away from the rest |
/// ```
///
/// The tokens are counted from the rest and not from zero for three reasons: the word needs no first value, 'at rest' is
/// zero for every rest, and calls with different rests may share it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct CreditWord(pub(super) u64);

const ONE_RETRY: u64 = 1 << 32;
const UNDER_WAY: u64 = (1 << 62) - ONE_RETRY;
const GOOD: u64 = 1 << 62;
const LINE: u64 = 1 << 63;
const AWAY: u64 = ONE_RETRY - 1;

impl CreditWord {
    pub(super) const REST: Self = Self(0);

    /// Returns the tokens above the rest; below it if negative.
    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap)] // the low half is an `i32`
    pub(super) const fn away(self) -> i32 {
        self.0 as u32 as i32
    }

    #[allow(clippy::cast_sign_loss)]
    pub(super) const fn with_away(self, away: i32) -> Self {
        Self(self.0 & !AWAY | away as u32 as u64)
    }

    /// Returns the tokens; less than none if calls with a higher rest have taken more.
    pub(super) fn tokens(self, limits: Limits) -> i32 {
        // Calls with a lower rest may have gathered more than the capacity of this one.
        limits.rest + self.away().min(limits.room)
    }

    pub(super) const fn is_under_way(self) -> bool {
        self.0 & UNDER_WAY != 0
    }

    /// Returns whether the last retry that ended had succeeded.
    pub(super) const fn is_good(self) -> bool {
        self.0 & GOOD != 0
    }

    pub(super) const fn has_line(self) -> bool {
        self.0 & LINE != 0
    }

    pub(super) const fn with_good(self, good: bool) -> Self {
        Self(if good { self.0 | GOOD } else { self.0 & !GOOD })
    }

    pub(super) const fn with_line(self, line: bool) -> Self {
        Self(if line { self.0 | LINE } else { self.0 & !LINE })
    }

    /// Counts a retry that starts.
    pub(super) const fn with_start(self) -> Self {
        // 2^30 calls at once are more than memory holds.
        if self.0 & UNDER_WAY == UNDER_WAY { self } else { Self(self.0 + ONE_RETRY) }
    }

    /// Counts a retry that is over.
    pub(super) const fn with_end(self) -> Self {
        if self.is_under_way() { Self(self.0 - ONE_RETRY) } else { self }
    }

    /// Takes the price of a retry; `None` if there are fewer tokens.
    pub(super) fn paid(self, limits: Limits) -> Option<Self> {
        self.minus(PRICE, limits)
    }

    /// Takes `tokens`; `None` if there are fewer.
    pub(super) fn minus(self, tokens: i32, limits: Limits) -> Option<Self> {
        let away = self.away().min(limits.room);
        (limits.rest + away >= tokens).then(|| self.with_away(away - tokens))
    }

    /// Adds up to `tokens`, as long as there is room.
    pub(super) fn plus(self, tokens: i32, limits: Limits) -> Self {
        let away = self.away();
        if away >= limits.room { self } else { self.with_away(away.saturating_add(tokens).min(limits.room)) }
    }

    /// Moves one token toward the rest.
    pub(super) const fn nearer_to_rest(self) -> Self {
        let away = self.away();
        self.with_away(away - away.signum())
    }

    /// Forgets the last news once there is nothing left for which they matter.
    pub(super) const fn settled(self) -> Self {
        if self.0 & !GOOD == 0 { Self::REST } else { self }
    }
}
