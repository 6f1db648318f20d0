//! What is known of an operation beside its policy.

use core::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// In every operation's static.
#[derive(Debug)]
pub(crate) struct Observed {
    has_blocked: AtomicBool,
    #[cfg(feature = "report")]
    pub(crate) counted: crate::report::Counted,
}

impl Observed {
    #[cfg_attr(not(feature = "report"), allow(unused_variables))]
    pub(crate) const fn new(name: &'static str) -> Self {
        Self {
            has_blocked: AtomicBool::new(false),
            #[cfg(feature = "report")]
            counted: crate::report::Counted::new(name),
        }
    }

    /// Whether it was told to block an async runtime.
    pub(crate) fn has_blocked(&self) -> bool {
        self.has_blocked.load(Relaxed)
    }

    /// It blocks an async runtime; whether that is to be told, once.
    pub(crate) fn block(&self) -> bool {
        !self.has_blocked.swap(true, Relaxed)
    }
}
