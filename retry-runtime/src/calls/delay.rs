//! Delays of blocking calls, and the settings of a scope that concern delays.

use retry_core::internal::Span;

use crate::calls::driver;
use crate::calls::operation::Operation;
#[cfg(feature = "testing")]
use crate::test_scope::Generation;

impl Operation {
    /// Sleeps for `span`, or skips it in a scope.
    pub(crate) fn sleep_blocking(&self, span: Span) {
        if !self.skips(span) {
            driver::sleep_blocking(span.as_nanos());
        }
    }

    /// Parks the thread for at most `span`, or skips it in a scope.
    pub(crate) fn park_blocking(&self, span: Span) {
        if !self.skips(span) {
            driver::park_blocking(span.as_nanos());
        }
    }

    #[cfg(not(feature = "testing"))]
    #[inline]
    const fn skips(&self, _: Span) -> bool {
        _ = self;
        false
    }

    /// Returns the most attempts that the scope allows.
    #[cfg(not(feature = "testing"))]
    #[inline]
    pub(crate) const fn max_attempts_in_scope(&self) -> u32 {
        _ = self;
        u32::MAX
    }
}

#[cfg(feature = "testing")]
impl Operation {
    fn skips(&self, span: Span) -> bool {
        let is_skipped = self.skips_delays();
        if is_skipped {
            Self::skip(span);
        }
        is_skipped
    }

    /// Returns whether delays pass at once.
    pub(crate) fn skips_delays(&self) -> bool {
        self.scope.and_then(Generation::scope).is_some_and(|scope| scope.skips_delays())
    }

    /// Moves the time of the running code to the end of a delay.
    ///
    /// It is also that of a clock which the test has paused.
    pub(crate) fn skip(delay: Span) {
        crate::test_scope::clock::skip(delay.as_nanos());
        crate::calls::env::paused::advance(delay.as_nanos());
    }

    /// Returns the most attempts that the scope allows.
    pub(crate) fn max_attempts_in_scope(&self) -> u32 {
        self.scope.and_then(Generation::scope).map_or(u32::MAX, |scope| scope.max_attempts())
    }
}
