//! A scope, shared by its handles, and its state between two resets.

use core::any::{Any, TypeId};
use core::fmt;
use core::ptr;
use core::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::boxed::Box;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// A scope, shared by its handles.
pub(crate) struct ScopeState {
    generation: Mutex<&'static Generation>,
    /// Values that a reset keeps, by their type.
    #[cfg(feature = "events")]
    kept: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl ScopeState {
    /// Creates a scope in which nothing has happened.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new_cyclic(|scope| Self {
            generation: Mutex::new(Generation::leaked(scope)),
            #[cfg(feature = "events")]
            kept: Mutex::default(),
        })
    }

    /// Returns the state since the last reset.
    pub(crate) fn generation(&self) -> &'static Generation {
        *self.generation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes all state of the scope fresh, for calls that begin from now on.
    pub(crate) fn reset(self: &Arc<Self>) {
        let next = Generation::leaked(&Arc::downgrade(self));
        *self.generation.lock().unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// Returns the one value of its type that the scope has.
    #[cfg(feature = "events")]
    pub(crate) fn kept<T: Any + Send + Sync + Default>(&self) -> Arc<T> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let value = kept.entry(TypeId::of::<T>()).or_insert_with(|| Arc::<T>::default()).clone();
        // The entry of a type holds a value of that type.
        value.downcast().unwrap_or_default()
    }
}

impl fmt::Debug for ScopeState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ScopeState").field("generation", self.generation()).finish_non_exhaustive()
    }
}

/// Type and address of an original.
///
/// The address is 0 for values of which a generation has one.
type Key = (TypeId, usize);

/// State of a scope between two resets.
///
/// It lives as long as the process, because calls may be under way when their test ends, and borrow it for `'static`.
pub(crate) struct Generation {
    /// Unique in the process.
    number: u64,
    #[cfg(feature = "events")]
    scope: Weak<ScopeState>,
    replicas: Mutex<HashMap<Key, &'static (dyn Any + Send + Sync)>>,
}

static NUMBERS: AtomicU64 = AtomicU64::new(0);

impl Generation {
    /// Creates the next state of `scope`.
    #[cfg_attr(not(feature = "events"), allow(unused_variables))]
    fn leaked(scope: &Weak<ScopeState>) -> &'static Self {
        Box::leak(Box::new(Self {
            number: NUMBERS.fetch_add(1, Relaxed),
            #[cfg(feature = "events")]
            scope: scope.clone(),
            replicas: Mutex::default(),
        }))
    }

    /// Returns the number of the generation, which no other one of the process has.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Returns the scope, unless its last handle was dropped.
    #[cfg(feature = "events")]
    pub(crate) fn scope(&self) -> Option<Arc<ScopeState>> {
        self.scope.upgrade()
    }

    /// Returns the replica of a static, which the first use makes.
    pub(crate) fn replica<T: Any + Send + Sync>(&self, original: &'static T, make: impl FnOnce() -> T) -> &'static T {
        self.get((TypeId::of::<T>(), ptr::from_ref(original).addr()), make)
    }

    /// Returns the one value of its type that the generation has.
    #[cfg(feature = "report")]
    pub(crate) fn only<T: Any + Send + Sync + Default>(&self) -> &'static T {
        self.get((TypeId::of::<T>(), 0), T::default)
    }

    fn get<T: Any + Send + Sync>(&self, key: Key, make: impl FnOnce() -> T) -> &'static T {
        let find = |replicas: &HashMap<_, &'static (dyn Any + Send + Sync)>| replicas.get(&key).copied();
        let found = find(&self.lock()).and_then(|found| found.downcast_ref());
        found.unwrap_or_else(|| {
            // Made without the lock, because the replica of an operation makes that of its budget.
            let fresh = make();
            let mut replicas = self.lock();
            // Another thread may have been faster.
            if let Some(found) = find(&replicas).and_then(|found| found.downcast_ref()) {
                return found;
            }
            let leaked: &'static T = Box::leak(Box::new(fresh));
            replicas.insert(key, leaked);
            leaked
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, &'static (dyn Any + Send + Sync)>> {
        self.replicas.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Generation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Generation").field("number", &self.number).finish_non_exhaustive()
    }
}
