//! Settings that replace those of the code, for calls that begin from now on.
//!
//! A call takes them once, when it begins. Without the feature `settings` there are none.

use retry_core::Budget;
#[cfg(feature = "settings")]
use retry_core::TimedPolicy;
#[cfg(feature = "settings")]
use std::string::String;
#[cfg(feature = "settings")]
use std::sync::Arc;

/// Settings of one operation that replace those of the code.
#[cfg(feature = "settings")]
#[derive(Clone, Debug)]
pub(crate) struct CallSettings {
    /// `None` for an operation whose calls bring their own policy.
    pub(crate) policy: Option<TimedPolicy>,
    /// True if a call that brings its own policy makes one attempt.
    pub(crate) is_disabled: bool,
    /// Budget that replaces the operation's.
    pub(crate) budget: Option<Arc<Budget>>,
    /// Values with their places: `max_attempts = 5 (retries.toml:3)`.
    #[cfg_attr(not(feature = "report"), allow(dead_code))]
    pub(crate) summary: String,
}

#[cfg(feature = "settings")]
impl CallSettings {
    /// Returns settings under which a call with `policy` makes one attempt.
    pub(crate) fn disabled(&self, policy: &TimedPolicy) -> Arc<Self> {
        // One attempt passes the rule of a configured policy.
        let once = policy.with_option("max_attempts", "1").unwrap_or_else(|_| policy.clone());
        Arc::new(Self { policy: Some(once), ..self.clone() })
    }
}

/// Place of an operation's settings.
#[cfg(feature = "settings")]
#[derive(Debug)]
pub(super) struct SettingsSlot {
    /// False if there are none: the only word that a call reads then.
    is_set: core::sync::atomic::AtomicBool,
    settings: std::sync::RwLock<Option<Arc<CallSettings>>>,
}

#[cfg(feature = "settings")]
impl SettingsSlot {
    pub(super) const fn new() -> Self {
        Self { is_set: core::sync::atomic::AtomicBool::new(false), settings: std::sync::RwLock::new(None) }
    }

    /// Returns the settings of a call that begins now.
    #[inline]
    pub(super) fn get(&self) -> Option<Arc<CallSettings>> {
        // `Relaxed`: the lock orders what is behind it. A call that sees an old flag began before the change.
        if self.is_set.load(core::sync::atomic::Ordering::Relaxed) { self.read() } else { None }
    }

    #[cold]
    fn read(&self) -> Option<Arc<CallSettings>> {
        self.settings.read().unwrap_or_else(std::sync::PoisonError::into_inner).clone()
    }

    pub(super) fn set(&self, settings: Option<Arc<CallSettings>>) {
        let mut slot = self.settings.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        self.is_set.store(settings.is_some(), core::sync::atomic::Ordering::Relaxed);
        *slot = settings;
    }
}

/// Budget from which a call withdraws its retries.
#[derive(Clone, Debug)]
pub(super) enum CallBudget<'p> {
    Named(&'p Budget),
    /// Budget of the settings with which the call began.
    #[cfg(feature = "settings")]
    Set(Arc<Budget>),
}

impl core::ops::Deref for CallBudget<'_> {
    type Target = Budget;

    #[inline]
    fn deref(&self) -> &Budget {
        match self {
            Self::Named(budget) => budget,
            #[cfg(feature = "settings")]
            Self::Set(budget) => budget,
        }
    }
}
