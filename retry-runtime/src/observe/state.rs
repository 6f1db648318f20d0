//! Observed state of an operation, and the trait that exposes it.

use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
#[cfg(feature = "report")]
use std::sync::OnceLock;

#[cfg(feature = "report")]
use crate::breaker;
#[cfg(feature = "report")]
use crate::observe::counters::Counters;
#[cfg(feature = "testing")]
use crate::test_scope::Generation;

/// An operation as this floor and those above it read it.
pub(crate) trait Observable: Sync {
    /// Returns the name of the operation.
    fn name(&self) -> &'static str;

    /// Returns the observed state of the operation.
    fn observed(&self) -> &ObserveState;

    /// Returns the scope of a replica.
    #[cfg(feature = "testing")]
    fn scope(&self) -> Option<&'static Generation>;

    /// Returns whether the current thread is running a task of an async runtime.
    fn is_runtime_thread(&self) -> bool;

    /// Returns the current time in nanoseconds, by the clock of calls.
    #[cfg(feature = "report")]
    fn now(&self) -> u64;

    /// Returns the tokens or retries left in the budget, if the operation has one.
    #[cfg(feature = "report")]
    fn budget_left(&self) -> Option<u64>;

    /// Returns what settings replace of the code, if they do.
    #[cfg(all(feature = "report", feature = "settings"))]
    fn settings(&self) -> Option<std::string::String>;

    /// Returns the state of the circuit breaker, if the operation has one.
    #[cfg(feature = "report")]
    fn breaker_state(&self) -> Option<breaker::State>;
}

/// Everything observed about an operation; part of the operation's static.
pub(crate) struct ObserveState {
    has_blocked_runtime: AtomicBool,
    was_denied_by_budget: AtomicBool,
    #[cfg(feature = "report")]
    pub(crate) counters: Counters,
    #[cfg(feature = "report")]
    pub(super) registration: Registration,
}

/// Link of an operation in the list of all operations that ran.
#[cfg(feature = "report")]
pub(super) struct Registration {
    /// Set once, by the first event of the operation.
    pub(super) entry: OnceLock<Entry>,
    /// The operation's name as a label.
    ///
    /// Built once, so that publishing the number of calls does not allocate.
    #[cfg(feature = "metrics")]
    pub(super) labels: [metrics::Label; 1],
    /// The state of the next operation that registered under the same name.
    #[cfg(feature = "metrics")]
    pub(super) next_of_name: OnceLock<&'static ObserveState>,
}

/// Entry of an operation in the list.
#[cfg(feature = "report")]
pub(super) struct Entry {
    /// The time of the registration, in nanoseconds.
    pub(super) first_seen: u64,
    /// The operation that registered before this one.
    ///
    /// The list is linked through the operations, and allocates nothing.
    pub(super) previous: Option<&'static dyn Observable>,
    /// True if the list had room for the operation.
    pub(super) is_listed: bool,
    /// The state of the first other operation of the same name, if there is one.
    #[cfg(feature = "metrics")]
    pub(super) first_of_name: Option<&'static ObserveState>,
}

impl ObserveState {
    #[cfg_attr(not(feature = "metrics"), allow(unused_variables))]
    pub(crate) const fn new(name: &'static str) -> Self {
        Self {
            has_blocked_runtime: AtomicBool::new(false),
            was_denied_by_budget: AtomicBool::new(false),
            #[cfg(feature = "report")]
            counters: Counters::new(),
            #[cfg(feature = "report")]
            registration: Registration {
                entry: OnceLock::new(),
                #[cfg(feature = "metrics")]
                labels: [metrics::Label::from_static_parts("operation", name)],
                #[cfg(feature = "metrics")]
                next_of_name: OnceLock::new(),
            },
        }
    }

    /// Returns whether the operation has blocked an async runtime.
    pub(crate) fn has_blocked_runtime(&self) -> bool {
        self.has_blocked_runtime.load(Relaxed)
    }

    /// Records that the operation blocks an async runtime.
    ///
    /// Returns true the first time.
    pub(super) fn set_blocked_runtime(&self) -> bool {
        !self.has_blocked_runtime.swap(true, Relaxed)
    }

    /// Records that the budget has denied a retry of the operation.
    ///
    /// Returns true the first time.
    pub(super) fn set_denied_by_budget(&self) -> bool {
        !self.was_denied_by_budget.load(Relaxed) && !self.was_denied_by_budget.swap(true, Relaxed)
    }

    /// Returns whether the operation is registered and the list had room for it.
    #[cfg(feature = "report")]
    pub(super) fn is_listed(&self) -> bool {
        self.registration.entry.get().is_some_and(|entry| entry.is_listed)
    }

    /// Returns the time of the operation's first event, in nanoseconds.
    ///
    /// Returns `now` if there was none.
    #[cfg(feature = "report")]
    pub(crate) fn first_seen(&self, now: u64) -> u64 {
        self.registration.entry.get().map_or(now, |entry| entry.first_seen)
    }
}

impl fmt::Debug for ObserveState {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ObserveState").finish_non_exhaustive()
    }
}
