//! State of an attempt that it shares with the calls inside it, in sixteen bits.

use crate::class::{Class, Classes};
use crate::sync::{AtomicU16, Ordering::Relaxed};

/// Give-ups inside an attempt, and the retries that may be made inside.
///
/// ```text
///  15                        8 7            4    3       2        1         0
/// | retries inside + 1, or class | give-ups  | RETRY | FRAME | GAVE_UP | IN_SCOPE |
/// ```
///
/// The retries are those of a retry that has no frame; 0 if they have no limit. Otherwise it is the class of the last
/// give-up, because inside a retry an operation gives up only in its frame. The give-ups count up to 15. An inner call that succeeds compares their
/// number with the one from its start: only if they are equal may it clear `GAVE_UP`. At 15 the count is unknown, and
/// `GAVE_UP` stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nesting(pub u16);

/// An attempt is running: calls inside it are nested.
pub const IN_SCOPE: u16 = 1;
/// An inner operation has given up, and no later inner call has succeeded.
pub const GAVE_UP: u16 = 1 << 1;
/// The state is in the frame of the attempt, the top frame of the stack.
pub const FRAME: u16 = 1 << 2;
/// The attempt is a retry.
pub const RETRY: u16 = 1 << 3;
const GIVE_UPS: u16 = 0xf << GIVE_UPS_AT;
const GIVE_UPS_AT: u32 = 4;
const MAX_GIVE_UPS: u16 = GIVE_UPS >> GIVE_UPS_AT;
const RETRIES_AT: u32 = 8;
const CLASS: u16 = 0xff << RETRIES_AT;

/// Class of a failure on which an inner operation gave up, in eight bits.
///
/// A named class and the statuses that it covers are one. Statuses that no class covers may share a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GiveUp(u8);

impl GiveUp {
    /// No known class, for example because the call was dropped.
    pub const UNKNOWN: Self = Self(0);

    /// Returns the number of `class`.
    #[allow(clippy::cast_possible_truncation)] // the remainder fits
    pub const fn of(class: Option<Class>) -> Self {
        const FIRST_STATUS: u16 = 16;
        let Some(class) = class else { return Self::UNKNOWN };
        let named = [
            (Class::Timeout, Classes::new().timeout()),
            (Class::Throttled, Classes::new().throttled()),
            (Class::Unavailable, Classes::new().unavailable()),
            (Class::Conflict, Classes::new().conflict()),
        ];
        let mut at = 0;
        while at < named.len() {
            if named[at].1.contains(class) {
                return Self(1 + at as u8);
            }
            at += 1;
        }
        match class {
            Class::Connect => Self(5),
            Class::Disconnected => Self(6),
            Class::Malformed => Self(7),
            Class::Permanent => Self(8),
            Class::Status(status) => Self((FIRST_STATUS + status % (256 - FIRST_STATUS)) as u8),
            // All but the first were found above.
            Class::Unclassified | Class::Timeout | Class::Throttled | Class::Unavailable | Class::Conflict => {
                Self::UNKNOWN
            }
        }
    }

    /// Returns whether the operation may have given up on this class.
    pub const fn may_be(self, class: Class) -> bool {
        let other = Self::of(Some(class));
        self.0 == Self::UNKNOWN.0 || other.0 == Self::UNKNOWN.0 || self.0 == other.0
    }
}

impl Nesting {
    /// Creates the state of a retry.
    ///
    /// Each retry inside it uses up one of the `left` attempts after it; more than 254 are no limit.
    #[inline]
    pub fn of_retry(left: u32) -> Self {
        let retries = u8::try_from(left.saturating_add(1)).unwrap_or(0);
        Self(u16::from(retries) << RETRIES_AT | RETRY)
    }

    /// Returns the retries that may be made inside; `None` if there is no limit.
    pub const fn retries_inside(self) -> Option<u32> {
        match self.0 >> RETRIES_AT {
            0 => None,
            _ if !self.is_retry() => None,
            more => Some(more as u32 - 1),
        }
    }

    /// Returns the state in which the frame of an attempt begins.
    #[must_use]
    pub const fn in_frame(self) -> Self {
        // The frame counts the retries.
        if self.is_retry() { Self(self.0 & !CLASS) } else { self }
    }

    /// Returns the failure on which an inner operation has given up last.
    ///
    /// The result is `None` if none has.
    ///
    /// `in_frame` says that this is the state of a frame.
    #[allow(clippy::cast_possible_truncation)] // eight bits
    pub const fn give_up(self, in_frame: bool) -> Option<GiveUp> {
        match (self.has_give_up(), self.is_retry() && !in_frame) {
            (false, _) => None,
            (true, true) => Some(GiveUp::UNKNOWN),
            (true, false) => Some(GiveUp((self.0 >> RETRIES_AT) as u8)),
        }
    }

    /// Returns this state with the give-ups of `other`.
    ///
    /// `in_frame` says that both are states of a frame.
    #[must_use]
    pub const fn with_give_ups_of(self, other: Self, in_frame: bool) -> Self {
        let class = if self.is_retry() && !in_frame { 0 } else { CLASS };
        let bits = GIVE_UPS | GAVE_UP | class;
        Self(self.0 & !bits | other.0 & bits)
    }

    /// Returns whether the attempt is a retry.
    #[inline]
    pub const fn is_retry(self) -> bool {
        self.0 & RETRY != 0
    }

    /// Returns whether an inner operation has given up.
    ///
    /// A later inner call that succeeds clears this.
    pub const fn has_give_up(self) -> bool {
        self.0 & GAVE_UP != 0
    }

    /// Returns the number of inner give-ups, up to 15.
    #[allow(clippy::cast_possible_truncation)] // four bits
    pub const fn give_ups(self) -> u8 {
        ((self.0 & GIVE_UPS) >> GIVE_UPS_AT) as u8
    }

    /// Returns the state after an inner operation gave up on a failure.
    ///
    /// `in_frame` says that this is the state of a frame.
    #[must_use]
    pub const fn after_give_up(self, give_up: GiveUp, in_frame: bool) -> Self {
        let count = self.give_ups() as u16;
        let count = if count < MAX_GIVE_UPS { count + 1 } else { MAX_GIVE_UPS };
        let class = if self.is_retry() && !in_frame { self.0 & CLASS } else { (give_up.0 as u16) << RETRIES_AT };
        Self(self.0 & !(GIVE_UPS | CLASS) | class | count << GIVE_UPS_AT | GAVE_UP)
    }

    /// Returns the state after an inner call succeeded.
    ///
    /// `give_ups_before` is the number of give-ups from before that call.
    #[must_use]
    pub const fn after_success(self, give_ups_before: u8) -> Self {
        if self.give_ups() != give_ups_before || give_ups_before as u16 == MAX_GIVE_UPS {
            return self;
        }
        Self(self.0 & !GAVE_UP)
    }
}

/// A [`Nesting`] that several tasks and threads share.
///
/// Each change is one compare-and-swap of one word. `Relaxed` suffices: the word publishes no other memory, and joining
/// a task already orders its changes before what follows.
#[derive(Debug)]
pub struct SharedNesting(AtomicU16);

impl SharedNesting {
    /// Creates a shared state.
    pub const fn new(nesting: Nesting) -> Self {
        Self(AtomicU16::new(nesting.0))
    }

    /// Returns the current state.
    pub fn get(&self) -> Nesting {
        Nesting(self.0.load(Relaxed))
    }

    /// Replaces the state by the result of `next`, in one step.
    pub fn change(&self, next: impl Fn(Nesting) -> Nesting) {
        let mut word = self.0.load(Relaxed);
        while let Err(actual) = self.0.compare_exchange_weak(word, next(Nesting(word)).0, Relaxed, Relaxed) {
            word = actual;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_call_that_began_after_the_last_give_up_clears_it() {
        let fresh = Nesting::of_retry(3);
        assert!(!fresh.has_give_up());
        let (before, once) = (fresh.give_ups(), fresh.after_give_up(GiveUp::UNKNOWN, false));
        assert!(once.has_give_up());
        assert!(once.after_success(before).has_give_up(), "it began before");
        assert!(!once.after_success(once.give_ups()).has_give_up());
        let twice = once.after_give_up(GiveUp::UNKNOWN, false);
        assert!(twice.after_success(once.give_ups()).has_give_up(), "another has given up since it began");
        assert_eq!(twice.retries_inside(), Some(3));
    }

    #[test]
    fn a_give_up_is_of_one_class_and_of_the_statuses_that_it_covers() {
        let unavailable = Nesting::default().after_give_up(GiveUp::of(Some(Class::Status(503))), false);
        let give_up = unavailable.give_up(false).unwrap();
        assert!(give_up.may_be(Class::Unavailable) && give_up.may_be(Class::Status(503)));
        assert!(!give_up.may_be(Class::Timeout) && !give_up.may_be(Class::Status(500)));
        assert!(give_up.may_be(Class::Unclassified), "it may be anything");
        assert!(GiveUp::UNKNOWN.may_be(Class::Timeout));
        let in_retry = Nesting::of_retry(3).after_give_up(give_up, false);
        assert_eq!((in_retry.retries_inside(), in_retry.give_up(false)), (Some(3), Some(GiveUp::UNKNOWN)));
        let framed = Nesting::of_retry(3).in_frame().after_give_up(give_up, true);
        assert_eq!(framed.give_up(true), Some(give_up));
    }

    #[test]
    fn what_a_hook_does_can_be_undone() {
        let before = Nesting::default().after_give_up(GiveUp::of(Some(Class::Timeout)), false);
        let during = before.after_give_up(GiveUp::of(Some(Class::Conflict)), false);
        assert_eq!(during.with_give_ups_of(before, false), before);
        let cleared = before.after_success(before.give_ups());
        assert_eq!(cleared.with_give_ups_of(before, false), before);
    }

    #[test]
    fn at_the_end_of_the_count_a_give_up_stays() {
        let mut nesting = Nesting::default();
        for _ in 0..20 {
            nesting = nesting.after_give_up(GiveUp::UNKNOWN, true);
        }
        assert!(nesting.after_success(nesting.give_ups()).has_give_up());
        assert_eq!(nesting.retries_inside(), None);
    }

    #[test]
    fn a_limit_is_kept_and_none_is_none() {
        for left in [0, 1, 99, 254] {
            assert_eq!(Nesting::of_retry(left).retries_inside(), Some(left));
        }
        assert_eq!(Nesting::of_retry(u32::MAX).retries_inside(), None);
    }
}
