//! The start of a retry whose delay is over, and its wait in line for the budget.

use core::ops::ControlFlow;
use core::task::Waker;
use std::boxed::Box;

use retry_core::internal::{Grant, Span};
use retry_core::{Moment, Progress, StopReason, TimedPolicy};

use crate::calls::call::state::CallState;
use crate::calls::call::{Call, first_attempt};
use crate::calls::context;
use crate::calls::driver::Driver;
use crate::calls::line::{Step, Waiting};
use crate::observe::emit;
use crate::outcome::Outcome;

/// Step that follows the delay before a retry.
pub(super) enum Start {
    /// The retry starts.
    Go,
    /// The call ends.
    Stop(StopReason),
    /// The budget denies the retry, after so long in line.
    Deny(Span),
    /// The call stands in line.
    Wait(Box<Waiting>),
}

impl<R: Outcome, D: Driver, T: CallState<R>> Call<R, D, T> {
    /// Starts the retry whose delay is over, or has it join the line of its budget.
    ///
    /// Reads the clock once more if there is a deadline: the process may have been stopped meanwhile.
    #[cold]
    pub(super) fn start_retry(&mut self, waker: impl FnOnce() -> Waker) -> Start {
        let Self { operation, progress, state, .. } = self;
        let progress = progress.get_or_insert_with(first_attempt);
        let mut budget = state.retry_budget(operation);
        // One branch instead of two.
        #[allow(clippy::needless_bitwise_bool)]
        let is_timed = !progress.deadline().is_never() | budget.policy.has_limits();
        if is_timed {
            if let Some(reason) = end_of_time(progress, budget.policy, D::now()) {
                return Start::Stop(reason);
            }
        }
        budget.started();
        let Some(credit) = budget.waiting_credit() else { return Start::Go };
        if progress.grant() != Grant::None {
            return Start::Go;
        }
        if credit.start() {
            progress.replace_grant(Grant::Paid);
            return Start::Go;
        }
        let now = D::now();
        let address = core::ptr::from_ref(*operation).addr();
        // A retry around it may be under way in the same line, and end only after this call.
        let rank = if context::is_inside_retry() { u32::MAX } else { progress.attempt() };
        let ends = progress.ends_in_line(budget.policy, credit.max_wait(), now);
        let (waiting, in_line) = Waiting::join(credit, (address, rank), &waker(), now, ends);
        emit::waiting_for_budget(*operation, progress, in_line);
        Start::Wait(waiting)
    }

    /// Decides whether the call in line starts its retry, ends, or waits until a time.
    #[cold]
    pub(super) fn poll_line(&mut self, waiting: &Waiting, waker: &Waker) -> ControlFlow<Start, Moment> {
        let Self { operation, progress, state, .. } = self;
        let progress = progress.get_or_insert_with(first_attempt);
        let budget = state.retry_budget(operation);
        let policy = budget.policy;
        let Some(credit) = budget.waiting_credit() else { return ControlFlow::Break(Start::Go) };
        let now = D::now();
        let step = waiting.poll(credit, now, waker);
        if let Step::Wait(until) = step {
            return ControlFlow::Continue(until);
        }
        let waited = waiting.waited(now);
        self.probe.waited(waited);
        ControlFlow::Break(match step {
            Step::Go(grant) => {
                progress.add_wait(waited);
                progress.replace_grant(grant);
                emit::budget_granted(*operation, progress, waited);
                Start::Go
            }
            _ => match end_of_time(progress, policy, now) {
                Some(reason) => Start::Stop(reason),
                None => Start::Deny(Span::from_nanos(progress.waited().as_nanos().saturating_add(waited.as_nanos()))),
            },
        })
    }

    /// Leaves the line because the call ends; tokens that it was handed go back.
    #[cold]
    pub(super) fn leave_line(&mut self, waiting: &Waiting) {
        let Self { operation, progress, state, .. } = self;
        let progress = progress.get_or_insert_with(first_attempt);
        self.probe.waited(waiting.waited(D::now()));
        let credit = state.retry_budget(operation).waiting_credit();
        if credit.is_some_and(|credit| !waiting.drop_out(credit)) {
            // Whatever ends the call refunds them, and tells the line.
            progress.replace_grant(Grant::Paid);
        }
    }
}

/// Returns the reason why no retry starts at `now` or later.
///
/// It is the deadline, or the limit of time of the class.
#[cold]
#[inline(never)]
fn end_of_time(progress: &Progress, policy: &TimedPolicy, now: Moment) -> Option<StopReason> {
    if now >= progress.deadline() {
        Some(StopReason::Deadline)
    } else if policy.has_limits() && progress.class_end(policy, now) <= now {
        Some(StopReason::ClassTime)
    } else {
        None
    }
}
