//! Numbers of keys per scope.

use core::hash::BuildHasher;
use std::collections::HashMap;
use std::hash::RandomState;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Numbers of keys per scope, each with the same bound.
///
/// A scope without keys takes no memory.
pub(super) struct Scopes {
    parts: [Mutex<HashMap<Box<str>, usize>>; PARTS],
    hasher: RandomState,
    pub(super) max: usize,
}

const PARTS: usize = 64;

impl Scopes {
    pub(super) fn new(max: usize) -> Self {
        Self { parts: core::array::from_fn(|_| Mutex::default()), hasher: RandomState::new(), max }
    }

    /// Reserves room for one key of a scope, if there is any.
    pub(super) fn has_room(&self, scope: &str) -> bool {
        let mut part = self.part(scope);
        if let Some(keys) = part.get_mut(scope) {
            let has_room = *keys < self.max;
            *keys += usize::from(has_room);
            return has_room;
        }
        part.insert(scope.into(), 1);
        true
    }

    pub(super) fn release(&self, scope: &str) {
        let mut part = self.part(scope);
        match part.get_mut(scope) {
            Some(keys) if *keys > 1 => *keys -= 1,
            _ => drop(part.remove(scope)),
        }
    }

    fn part(&self, scope: &str) -> MutexGuard<'_, HashMap<Box<str>, usize>> {
        #[allow(clippy::cast_possible_truncation)] // below the number of parts
        let at = (self.hasher.hash_one(scope) % PARTS as u64) as usize;
        // It is consistent after a panic: no operation calls code that can panic midway.
        self.parts[at].lock().unwrap_or_else(PoisonError::into_inner)
    }
}
