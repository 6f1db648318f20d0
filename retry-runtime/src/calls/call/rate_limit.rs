//! The rate limit before an attempt (feature `governor`).

use retry_core::StopReason;
use retry_core::internal::Span;

use crate::calls::call::Call;
use crate::calls::call::state::FullState;
use crate::calls::driver::Driver;
use crate::calls::rate_limit::RateLimit;
use crate::outcome::Outcome;

/// Decision of a rate limit.
pub(super) enum RateDecision {
    Ready,
    /// Delay after which the limit is to be checked again.
    Wait(Span),
    /// The next attempt is not admitted.
    Reject,
}

impl<R: Outcome, D: Driver> Call<R, D, FullState<'_, R>> {
    pub(super) fn check_rate_limit(&mut self, limit: &RateLimit) -> RateDecision {
        match limit.check() {
            // The process may have been stopped while the call waited.
            Ok(()) if self.is_too_late(Span::ZERO) => {
                self.state.rejection = Some(StopReason::Deadline);
                RateDecision::Reject
            }
            Ok(()) => RateDecision::Ready,
            Err(delay) if limit.is_rejecting() || self.is_too_late(delay) => {
                self.state.rejection = Some(StopReason::RateLimit);
                RateDecision::Reject
            }
            Err(delay) => RateDecision::Wait(delay),
        }
    }
}
