//! A scope, shared by its handles, and its state between two resets.

use core::any::{Any, TypeId};
use core::fmt;
use core::ptr;
use core::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::boxed::Box;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

#[cfg(feature = "chaos")]
use crate::fault_plan::ActivePlan;
use crate::test_scope::record::Records;
use crate::test_scope::script::Scripts;

/// Seed of a scope that has set none.
const DEFAULT_SEED: u64 = 0;

/// Settings of a scope, which a reset keeps.
struct Settings {
    keeps_delays: AtomicBool,
    /// `u32::MAX` for none.
    max_attempts: AtomicU32,
    seed: AtomicU64,
    #[cfg(feature = "chaos")]
    chaos: Mutex<Option<Arc<ActivePlan>>>,
}

/// A scope, shared by its handles.
pub(crate) struct ScopeState {
    generation: Mutex<&'static Generation>,
    settings: Settings,
    /// Latest virtual time of a flow, in nanoseconds that delays have skipped.
    clock: AtomicU64,
    generator: Mutex<SmallRng>,
    /// Values that a reset keeps, by their type.
    kept: Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>,
}

impl ScopeState {
    /// Creates a scope in which nothing has happened.
    pub(crate) fn new() -> Arc<Self> {
        Arc::new_cyclic(|scope| Self {
            generation: Mutex::new(Generation::leaked(scope)),
            settings: Settings {
                keeps_delays: AtomicBool::new(false),
                max_attempts: AtomicU32::new(u32::MAX),
                seed: AtomicU64::new(DEFAULT_SEED),
                #[cfg(feature = "chaos")]
                chaos: Mutex::new(None),
            },
            clock: AtomicU64::new(0),
            generator: Mutex::new(SmallRng::seed_from_u64(DEFAULT_SEED)),
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
        let before = core::mem::replace(&mut *self.generation.lock().unwrap_or_else(PoisonError::into_inner), next);
        before.records.clear();
        self.seed(self.settings.seed.load(Relaxed));
    }

    /// Restarts the random numbers of the scope.
    pub(crate) fn seed(&self, seed: u64) {
        self.settings.seed.store(seed, Relaxed);
        *self.generator.lock().unwrap_or_else(PoisonError::into_inner) = SmallRng::seed_from_u64(seed);
    }

    /// Returns 64 random bits.
    pub(crate) fn random(&self) -> u64 {
        self.generator.lock().unwrap_or_else(PoisonError::into_inner).next_u64()
    }

    /// Leaves delays to the timers of their driver.
    pub(crate) fn keep_delays(&self) {
        self.settings.keeps_delays.store(true, Relaxed);
    }

    /// Returns whether delays pass at once.
    pub(crate) fn skips_delays(&self) -> bool {
        !self.settings.keeps_delays.load(Relaxed)
    }

    /// Sets the most attempts of a call.
    pub(crate) fn limit_attempts(&self, max_attempts: u32) {
        self.settings.max_attempts.store(max_attempts, Relaxed);
    }

    /// Returns the most attempts of a call; `u32::MAX` without a limit.
    pub(crate) fn max_attempts(&self) -> u32 {
        self.settings.max_attempts.load(Relaxed)
    }

    /// Returns the latest virtual time of the scope.
    pub(super) fn clock(&self) -> u64 {
        self.clock.load(Relaxed)
    }

    /// Moves the latest virtual time forward to `time`.
    pub(super) fn reach(&self, time: u64) {
        self.clock.fetch_max(time, Relaxed);
    }

    /// Injects the faults of `plan` into the calls of the scope.
    #[cfg(feature = "chaos")]
    pub(crate) fn set_chaos(&self, plan: Option<Arc<ActivePlan>>) {
        *self.settings.chaos.lock().unwrap_or_else(PoisonError::into_inner) = plan;
    }

    /// Returns the plan whose faults are injected into the calls of the scope.
    #[cfg(feature = "chaos")]
    pub(crate) fn chaos(&self) -> Option<Arc<ActivePlan>> {
        self.settings.chaos.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the one value of its type that the scope has.
    pub(crate) fn kept<T: Any + Send + Sync + Default>(&self) -> Arc<T> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let value = kept.entry(TypeId::of::<T>()).or_insert_with(|| Arc::<T>::default()).clone();
        // The entry of a type holds a value of that type.
        value.downcast().unwrap_or_default()
    }
}

/// Fails the test if a script was not used.
///
/// # Panics
///
/// It does, unless the thread panics already.
impl Drop for ScopeState {
    fn drop(&mut self) {
        let generation = self.generation();
        let unused = generation.scripts.take_unused(&generation.records);
        generation.records.clear();
        if let (Some(unused), false) = (unused, std::thread::panicking()) {
            panic!("{unused}");
        }
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
    scope: Weak<ScopeState>,
    pub(crate) scripts: Scripts,
    pub(crate) records: Records,
    replicas: Mutex<HashMap<Key, &'static (dyn Any + Send + Sync)>>,
}

static NUMBERS: AtomicU64 = AtomicU64::new(0);

impl Generation {
    /// Creates the next state of `scope`.
    fn leaked(scope: &Weak<ScopeState>) -> &'static Self {
        Box::leak(Box::new(Self {
            number: NUMBERS.fetch_add(1, Relaxed),
            scope: scope.clone(),
            scripts: Scripts::default(),
            records: Records::default(),
            replicas: Mutex::default(),
        }))
    }

    /// Returns the number of the generation, which no other one of the process has.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// Returns the scope, unless its last handle was dropped.
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
