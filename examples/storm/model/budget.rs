//! The budget of an instance's operation, and the line of calls that wait for it.
//!
//! Each method does what its namesake in `retry-runtime/src/calls/call/retry_budget.rs` and `start.rs` does, with the
//! same core and the same line. An event takes the place of a timer, and of a task that is woken.

#[path = "../../../retry-runtime/src/calls/line/queue.rs"]
mod queue;

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Wake, Waker};

use retry_core::internal::{Grant, OperationBudget, RetryEnd, Span, WaitingCredit};
use retry_runtime::{Failure, Moment, Progress, StopReason, TimedPolicy};

use self::queue::{Patience, Place, Queue};
use super::slab::Id;

/// Budget of an operation, and its line.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    budget: OperationBudget,
    max_attempts: u32,
    line: Queue,
    tickets: u64,
}

/// A request whose operation stands in line.
#[derive(Debug)]
pub(crate) struct Waiting {
    place: Place,
    patience: Patience,
    /// Time of the last event that was planned for it.
    pub(crate) until: Moment,
    waker: Waker,
}

/// Next step of an operation in line.
pub(crate) enum Step {
    /// It starts its retry.
    Go,
    /// It ends.
    Stop,
    /// It waits until it is woken, or until this time.
    Wait(Moment),
}

impl RetryBudget {
    /// Creates the budget of an operation with `max_attempts`.
    pub(crate) fn new(max_attempts: u32) -> Self {
        Self { budget: OperationBudget::new(), max_attempts, line: Queue::default(), tickets: 0 }
    }

    fn credit(&self) -> WaitingCredit<'_> {
        self.budget.credit(self.max_attempts)
    }

    /// Uses the line, then wakes whoever is to be woken, as `line/lines.rs` does under its lock.
    fn with_line<T>(&mut self, access: impl FnOnce(WaitingCredit<'_>, &mut Queue) -> T) -> T {
        let result = access(self.budget.credit(self.max_attempts), &mut self.line);
        let woken = self.line.take_woken();
        if self.line.len() == 0 {
            self.line = Queue::default();
        }
        woken.into_iter().for_each(Waker::wake);
        result
    }

    /// Records that an attempt has failed, before anything is decided.
    pub(super) fn attempt_failed(&mut self, progress: &mut Progress, now: Moment) {
        if progress.attempt() > 1 {
            self.end_retry(progress, RetryEnd::Failed, now);
        } else if self.credit().has_line() {
            self.with_line(|credit, line| line.first_attempt_failed(credit, now));
        }
    }

    /// Withdraws one retry, or lets it be withdrawn when it starts.
    pub(super) fn withdraw(&self, failure: &Failure) -> Result<Grant, StopReason> {
        if failure.is_timed_out() {
            return if self.credit().start() { Ok(Grant::Paid) } else { Err(StopReason::Budget) };
        }
        Ok(if failure.is_throttled_until() { Grant::Free } else { Grant::None })
    }

    /// Records the success of the operation.
    pub(super) fn succeeded(&mut self, progress: &mut Progress, now: Moment) {
        if progress.attempt() > 1 {
            self.end_retry(progress, RetryEnd::Succeeded, now);
        } else if self.credit().approach_rest() {
            self.with_line(|credit, line| line.hand_over(credit));
        }
    }

    /// Records that an attempt was dropped.
    pub(super) fn attempt_dropped(&mut self, progress: &mut Progress, now: Moment) {
        self.end_retry(progress, RetryEnd::Dropped, now);
    }

    fn end_retry(&mut self, progress: &mut Progress, end: RetryEnd, now: Moment) {
        let is_told = match progress.replace_grant(Grant::None) {
            Grant::Paid | Grant::Probe => self.credit().end(end, || now),
            Grant::None | Grant::Free => false,
        };
        if is_told {
            self.with_line(|credit, line| line.retry_ended(credit, end, now));
        }
    }

    /// Refunds what was taken for a retry that is not made.
    pub(super) fn refund(&mut self, progress: &mut Progress, now: Moment) {
        let is_told = match progress.replace_grant(Grant::None) {
            Grant::None | Grant::Free => false,
            Grant::Paid => self.credit().put_back(true, || now),
            Grant::Probe => self.credit().put_back(false, || now),
        };
        if is_told {
            self.with_line(|credit, line| line.retry_ended(credit, RetryEnd::Dropped, now));
        }
    }

    /// Starts the retry whose delay is over. Returns `false` if it must join the line.
    pub(super) fn start(&self, progress: &mut Progress) -> bool {
        if progress.grant() != Grant::None {
            return true;
        }
        let is_started = self.credit().start();
        if is_started {
            progress.replace_grant(Grant::Paid);
        }
        is_started
    }

    /// Joins the line.
    pub(super) fn join(&mut self, progress: &Progress, policy: &TimedPolicy, waker: Waker, now: Moment) -> Waiting {
        self.tickets += 1;
        let ticket = self.tickets;
        let left = self.credit().max_wait().as_nanos().saturating_sub(progress.waited().as_nanos());
        let end = now.plus(Span::from_nanos(left)).min(progress.deadline());
        let patience = Patience { since: now, news: now.plus(progress.patience(policy)), end };
        let attempts = progress.attempt();
        // One operation draws from each budget here.
        let place = self.with_line(|credit, line| line.join(credit, 0, attempts, ticket, &waker, now));
        Waiting { place, patience, until: Moment::ORIGIN, waker }
    }

    /// Decides what the operation does that stands in line.
    pub(super) fn poll(&mut self, progress: &mut Progress, waiting: &Waiting, now: Moment) -> Step {
        let Waiting { place, patience, waker, .. } = waiting;
        let step = self.with_line(|credit, line| line.poll(credit, *place, *patience, now, waker));
        if let queue::Step::Wait(until) = step {
            return Step::Wait(until);
        }
        match step {
            queue::Step::Go(grant) => {
                progress.add_wait(now.since(patience.since));
                progress.replace_grant(grant);
                Step::Go
            }
            // At its deadline, or because the budget denies it.
            queue::Step::Leave | queue::Step::Wait(_) => Step::Stop,
        }
    }

    /// Leaves the line; tokens that were handed over go back with the next refund.
    pub(super) fn leave(&mut self, progress: &mut Progress, waiting: &Waiting) {
        if !self.with_line(|credit, line| line.drop_out(credit, waiting.place)) {
            progress.replace_grant(Grant::Paid);
        }
    }

    /// Returns whether nobody stands in line, and no retry is under way.
    #[cfg(test)]
    pub(crate) fn is_idle(&self) -> bool {
        self.line.len() == 0 && !self.credit().has_line() && !self.credit().is_under_way()
    }
}

/// Requests that were woken in line, each with the number of its last attempt.
#[derive(Clone, Debug, Default)]
pub(crate) struct WokenRequests(Arc<Mutex<Vec<(Id, u32)>>>);

impl WokenRequests {
    /// Returns the waker of a request.
    pub(super) fn waker(&self, id: Id, attempt: u32) -> Waker {
        Arc::new(RequestWaker { id, attempt, woken: self.clone() }).into()
    }

    pub(super) fn take(&self) -> Vec<(Id, u32)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct RequestWaker {
    id: Id,
    attempt: u32,
    woken: WokenRequests,
}

impl Wake for RequestWaker {
    fn wake(self: Arc<Self>) {
        self.woken.0.lock().unwrap_or_else(PoisonError::into_inner).push((self.id, self.attempt));
    }
}
