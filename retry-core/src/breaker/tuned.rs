//! Words that replace settings of the code; calls read them.
//!
//! Without the feature `settings` there are none.

use crate::breaker::settings::Settings;
#[cfg(feature = "settings")]
use crate::sync::{AtomicU64, Ordering::Relaxed};

/// Settings that replace those of the code.
#[cfg(not(feature = "settings"))]
pub(super) struct Tuned;

#[cfg(not(feature = "settings"))]
impl Tuned {
    pub(super) const fn new() -> Self {
        Self
    }

    /// Returns the settings in use: those of the code.
    #[inline]
    pub(super) const fn applied<'s>(&self, code: &'s Settings) -> &'s Settings {
        let Self = self;
        code
    }
}

/// Settings that replace those of the code. A zero means that the code's applies.
///
/// Calls read each word for itself: one that runs while they change may mix old and new ones.
#[cfg(feature = "settings")]
pub(super) struct Tuned {
    /// Rate and failures in one word.
    ///
    /// ```text
    ///  63                34 33                 0
    /// | failures in a row  | failure rate + 1   |
    /// ```
    threshold: AtomicU64,
    /// Nanoseconds.
    open_for: AtomicU64,
    /// Nanoseconds.
    longest_open: AtomicU64,
}

#[cfg(feature = "settings")]
const FAILURES: u32 = 34;

#[cfg(feature = "settings")]
impl Tuned {
    pub(super) const fn new() -> Self {
        Self { threshold: AtomicU64::new(0), open_for: AtomicU64::new(0), longest_open: AtomicU64::new(0) }
    }

    /// Sets failures in a row, the failure rate, and the open times in nanoseconds.
    pub(super) fn set(&self, failures: u32, rate: Option<u64>, open_for: u64, longest_open: u64) {
        let threshold = rate.map_or(0, |rate| u64::from(failures) << FAILURES | (rate + 1));
        self.threshold.store(threshold, Relaxed);
        self.open_for.store(open_for, Relaxed);
        self.longest_open.store(longest_open, Relaxed);
    }

    /// Returns the settings in use.
    pub(super) fn applied(&self, code: &Settings) -> Settings {
        let mut settings = *code;
        let threshold = self.threshold.load(Relaxed);
        if threshold != 0 {
            if let Ok(failures @ 1..) = u32::try_from(threshold >> FAILURES) {
                let _ = settings.consecutive(failures);
            }
            settings.failure_rate = (threshold & ((1 << FAILURES) - 1)) - 1;
        }
        let some = |word: &AtomicU64, code| Some(word.load(Relaxed)).filter(|nanos| *nanos != 0).or(code);
        settings.open_for = some(&self.open_for, settings.open_for);
        settings.longest_open = some(&self.longest_open, settings.longest_open);
        settings
    }
}
