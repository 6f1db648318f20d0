//! Bound on the keys of a scope, for stores that count them by a query.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::support::now;

/// Bound on the keys of each scope.
///
/// A query that counts them takes time in proportion to the bound. It is made after each eighth of the bound that was added
/// here, so a new key costs the count of eight others, and a scope with fewer keys costs no query. A scope that was found full is
/// counted once per second.
#[derive(Debug)]
pub(crate) struct Quota {
    max: usize,
    scopes: Mutex<HashMap<Box<str>, Count>>,
}

/// Number of the keys of a scope, as far as it is known here.
#[derive(Debug, Default)]
struct Count {
    /// Keys at the last count, and those that were added since.
    keys: usize,
    /// Keys that were added since the last count.
    uncounted: usize,
    /// Time of the last count, in nanoseconds.
    counted_at: u64,
}

/// Room for a new key in a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Room {
    Free,
    /// The keys are to be counted first.
    Uncounted,
    Full,
}

/// Scopes that are remembered.
const MAX_SCOPES: usize = 10_000;
/// Time for which a full scope is not counted again, in nanoseconds.
const RECOUNT: u64 = 1_000_000_000;

impl Quota {
    pub(crate) fn new(max: usize) -> Self {
        assert!(max > 0, "a scope with 0 keys is always refused; write `with_keys_per_scope(1_000)`");
        Self { max, scopes: Mutex::default() }
    }

    pub(crate) const fn max(&self) -> usize {
        self.max
    }

    pub(crate) fn room(&self, scope: &str) -> Room {
        match self.scopes().get(scope) {
            Some(count) if count.uncounted >= self.max.div_ceil(8) => Room::Uncounted,
            Some(count) if count.keys < self.max => Room::Free,
            Some(count) if now().saturating_sub(count.counted_at) < RECOUNT => Room::Full,
            Some(_) => Room::Uncounted,
            None => Room::Free,
        }
    }

    /// Records a count, and returns true if there is room.
    pub(crate) fn counted(&self, scope: &str, keys: usize) -> bool {
        self.change(scope, |count| *count = Count { keys, uncounted: 0, counted_at: now() });
        keys < self.max
    }

    /// Records a new key.
    pub(crate) fn added(&self, scope: &str) {
        self.change(scope, |count| {
            count.keys += 1;
            count.uncounted += 1;
        });
    }

    fn change(&self, scope: &str, change: impl FnOnce(&mut Count)) {
        let mut scopes = self.scopes();
        if let Some(count) = scopes.get_mut(scope) {
            return change(count);
        }
        if scopes.len() >= MAX_SCOPES {
            // The others are counted again after an eighth of the bound.
            scopes.retain(|_, count| count.keys >= self.max);
            if scopes.len() >= MAX_SCOPES {
                scopes.clear();
            }
        }
        change(scopes.entry(scope.into()).or_default());
    }

    fn scopes(&self) -> MutexGuard<'_, HashMap<Box<str>, Count>> {
        // Consistent after a panic: each change is of numbers alone.
        self.scopes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_counted_after_each_eighth_of_the_bound() {
        let (quota, mut counts, mut keys) = (Quota::new(80), 0, 0);
        loop {
            match quota.room("a") {
                Room::Full => break,
                Room::Uncounted => {
                    counts += 1;
                    quota.counted("a", keys);
                }
                Room::Free => {
                    quota.added("a");
                    keys += 1;
                }
            }
        }
        assert_eq!((keys, counts), (80, 8));
        assert_eq!(quota.room("b"), Room::Free, "another scope has its own");
    }

    #[test]
    fn keys_that_others_have_added_are_found_and_those_that_expired_make_room() {
        let quota = Quota::new(80);
        (0..10).for_each(|_| quota.added("a"));
        assert_eq!(quota.room("a"), Room::Uncounted);
        assert!(!quota.counted("a", 80), "another process has added 70");
        assert_eq!(quota.room("a"), Room::Full, "for a second");
        assert!(quota.counted("a", 79));
        assert_eq!(quota.room("a"), Room::Free);
    }

    #[test]
    fn the_number_of_scopes_is_bounded_and_full_ones_stay() {
        let quota = Quota::new(8);
        quota.counted("full", 8);
        (0..3 * MAX_SCOPES).for_each(|scope| quota.added(&scope.to_string()));
        assert!(quota.scopes().len() <= MAX_SCOPES);
        assert_eq!(quota.room("full"), Room::Full);
    }
}
