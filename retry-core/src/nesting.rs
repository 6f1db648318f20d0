//! State of an attempt that it shares with the calls inside it, in sixteen bits.

use crate::sync::{AtomicU16, Ordering::Relaxed};

/// Give-ups inside an attempt, and the retries that may be made inside.
///
/// ```text
///  15              8 7            4    3       2        1         0
/// | retries inside + 1 | give-ups  | RETRY | FRAME | GAVE_UP | IN_SCOPE |
/// ```
///
/// The retries are 0 if they have no limit. The give-ups count up to 15. An inner call that succeeds compares their
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
            more => Some(more as u32 - 1),
        }
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

    /// Returns the state after an inner operation gave up.
    #[must_use]
    pub const fn after_give_up(self) -> Self {
        let count = self.give_ups() as u16;
        let count = if count < MAX_GIVE_UPS { count + 1 } else { MAX_GIVE_UPS };
        Self(self.0 & !GIVE_UPS | count << GIVE_UPS_AT | GAVE_UP)
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
        let (before, once) = (fresh.give_ups(), fresh.after_give_up());
        assert!(once.has_give_up());
        assert!(once.after_success(before).has_give_up(), "it began before");
        assert!(!once.after_success(once.give_ups()).has_give_up());
        let twice = once.after_give_up();
        assert!(twice.after_success(once.give_ups()).has_give_up(), "another has given up since it began");
        assert_eq!(twice.retries_inside(), Some(3));
    }

    #[test]
    fn at_the_end_of_the_count_a_give_up_stays() {
        let mut nesting = Nesting::default();
        for _ in 0..20 {
            nesting = nesting.after_give_up();
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
