//! The rate limit before an attempt.

use retry_core::internal::{Span, TimeSlot};
use retry_core::{Moment, StopReason};

use crate::calls::call::Call;
use crate::calls::call::state::FullState;
use crate::calls::driver::Driver;
use crate::calls::rate_limit::RateLimit;
use crate::outcome::Outcome;

/// Slot of a call that waits for it.
///
/// It is given back if it is dropped before it is used.
#[must_use]
pub(super) struct WaitingSlot<'l> {
    limit: &'l RateLimit,
    slot: TimeSlot,
    now: fn() -> Moment,
}

impl Drop for WaitingSlot<'_> {
    #[cold]
    fn drop(&mut self) {
        self.limit.give_back(self.slot, (self.now)());
    }
}

impl<R: Outcome, D: Driver> Call<R, D, FullState<'_, R>> {
    /// Reserves a slot for the next attempt.
    ///
    /// Returns a slot whose time has not come, and the delay until then. Otherwise the attempt is admitted or rejected.
    pub(super) fn reserve_slot<'l>(&mut self, limit: &'l RateLimit) -> Option<(Span, WaitingSlot<'l>)> {
        let (now, deadline) = (D::now(), self.progress().deadline());
        match limit.reserve(now, deadline) {
            Some(slot) if slot.at() > now => Some((slot.at().since(now), WaitingSlot { limit, slot, now: D::now })),
            Some(_) => None,
            None => {
                let is_over = now >= deadline;
                self.state.rejection = Some(if is_over { StopReason::Deadline } else { StopReason::RateLimit });
                None
            }
        }
    }

    /// Admits the next attempt, because the time of its slot has come.
    ///
    /// Reads the clock once more if there is a deadline: the process may have been stopped meanwhile.
    pub(super) fn use_slot(&mut self, slot: WaitingSlot<'_>) {
        core::mem::forget(slot);
        if self.is_too_late(Span::ZERO) {
            self.state.rejection = Some(StopReason::Deadline);
        }
    }
}
