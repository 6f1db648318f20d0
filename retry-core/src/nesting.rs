//! What an attempt tells the calls inside it and learns of them, in sixteen bits.

use crate::sync::{AtomicU16, Ordering::Relaxed};

/// Whether an inner operation has given up, how many have so far, up to 15, and how many retries may be made inside.
///
/// The number tells an inner call that succeeds whether any has given up since it began: only then is the mark not
/// its to clear. Where the number has reached its end nobody knows, and the mark stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nesting(pub u16);

/// An attempt is running: the calls inside it are nested.
pub const IN_SCOPE: u16 = 1;
pub const MARKED: u16 = 1 << 1;
/// All of this stands in the attempt's node, the last of an attempt on the stack.
pub const NODE: u16 = 1 << 2;
/// The attempt is not the first of its call.
pub const LATER: u16 = 1 << 3;
/// One more than the retries that may be made inside; 0 if nothing bounds them.
const ALLOWED_AT: u32 = 8;
const NUMBER: u16 = 0xf << NUMBER_AT;
const NUMBER_AT: u32 = 4;
const LAST: u16 = NUMBER >> NUMBER_AT;

impl Nesting {
    /// Of an attempt after the first, where each retry inside uses up one of the `left` attempts after it. More than
    /// 254 bound nothing.
    #[inline]
    pub fn allowing(left: u32) -> Self {
        let allowed = u8::try_from(left.saturating_add(1)).unwrap_or(0);
        Self(u16::from(allowed) << ALLOWED_AT | LATER)
    }

    /// How many retries may be made inside, if there is a bound.
    pub const fn allowed(self) -> Option<u32> {
        match self.0 >> ALLOWED_AT {
            0 => None,
            more => Some(more as u32 - 1),
        }
    }

    /// Whether the attempt is not the first of its call.
    #[inline]
    pub const fn is_later(self) -> bool {
        self.0 & LATER != 0
    }

    pub const fn is_marked(self) -> bool {
        self.0 & MARKED != 0
    }

    /// How many have given up.
    #[allow(clippy::cast_possible_truncation)] // four bits
    pub const fn number(self) -> u8 {
        ((self.0 & NUMBER) >> NUMBER_AT) as u8
    }

    /// After an inner operation gave up.
    #[must_use]
    pub const fn given_up(self) -> Self {
        let number = self.number() as u16;
        let number = if number < LAST { number + 1 } else { LAST };
        Self(self.0 & !NUMBER | number << NUMBER_AT | MARKED)
    }

    /// After an inner call succeeded that began when so many had given up.
    #[must_use]
    pub const fn succeeded(self, seen: u8) -> Self {
        if self.number() != seen || seen as u16 == LAST {
            return self;
        }
        Self(self.0 & !MARKED)
    }
}

/// Nesting that several tasks and threads see.
///
/// Each change is one compare-and-swap of the only word there is. `Relaxed` throughout: the word publishes nothing but
/// itself; who waits for a task to end learns of its marks by that.
#[derive(Debug)]
pub struct SharedNesting(AtomicU16);

impl SharedNesting {
    pub const fn new(marks: Nesting) -> Self {
        Self(AtomicU16::new(marks.0))
    }

    pub fn get(&self) -> Nesting {
        Nesting(self.0.load(Relaxed))
    }

    /// Replaces them by what `next` makes of them, in one step.
    pub fn change(&self, next: impl Fn(Nesting) -> Nesting) {
        let mut marks = self.0.load(Relaxed);
        while let Err(actual) = self.0.compare_exchange_weak(marks, next(Nesting(marks)).0, Relaxed, Relaxed) {
            marks = actual;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_call_that_began_after_the_last_give_up_clears_the_mark() {
        let fresh = Nesting::allowing(3);
        assert!(!fresh.is_marked());
        let (before, once) = (fresh.number(), fresh.given_up());
        assert!(once.is_marked());
        assert!(once.succeeded(before).is_marked(), "it began before");
        assert!(!once.succeeded(once.number()).is_marked());
        let twice = once.given_up();
        assert!(twice.succeeded(once.number()).is_marked(), "another has given up since it began");
        assert_eq!(twice.allowed(), Some(3));
    }

    #[test]
    fn where_the_number_ends_the_mark_stays() {
        let mut marks = Nesting::default();
        for _ in 0..20 {
            marks = marks.given_up();
        }
        assert!(marks.succeeded(marks.number()).is_marked());
        assert_eq!(marks.allowed(), None);
    }

    #[test]
    fn a_bound_is_kept_and_none_is_none() {
        for left in [0, 1, 99, 254] {
            assert_eq!(Nesting::allowing(left).allowed(), Some(left));
        }
        assert_eq!(Nesting::allowing(u32::MAX).allowed(), None);
    }
}
