//! Tables of a keyed value in the scopes of tests (feature `testing`).

use core::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::vec::Vec;

use crate::test_scope::{ScopeState, current};

/// One `T` per scope that has used it since its last reset.
///
/// They are here and not in the scope, so that a key type need not live for `'static`, and all of them end with their
/// owner.
pub(super) struct PerScope<T>(Mutex<Vec<InScope<T>>>);

struct InScope<T> {
    scope: Weak<ScopeState>,
    generation: u64,
    value: Arc<T>,
}

impl<T> PerScope<T> {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    /// Returns the value of the scope around the running code.
    ///
    /// The first use in a scope makes it. Returns `None` outside of scopes.
    pub(super) fn get_or_make(&self, make: impl FnOnce() -> T) -> Option<Arc<T>> {
        let scope = current()?;
        let generation = scope.generation().number();
        let mut values = self.lock();
        if let Some(found) = values.iter().find(|value| value.generation == generation) {
            return Some(found.value.clone());
        }
        values.retain(InScope::is_current);
        let value = Arc::new(make());
        values.push(InScope { scope: Arc::downgrade(&scope), generation, value: value.clone() });
        Some(value)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<InScope<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> InScope<T> {
    /// Returns whether a call that begins may still ask for this value.
    fn is_current(&self) -> bool {
        self.scope.upgrade().is_some_and(|scope| scope.generation().number() == self.generation)
    }
}

impl<T> fmt::Debug for PerScope<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("PerScope").finish_non_exhaustive()
    }
}
