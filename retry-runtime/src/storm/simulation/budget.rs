//! The budget of a process, and the line of operations that wait for it.
//!
//! Each method does what its namesake in `calls/call/retry_budget.rs` or `start.rs` does, with the same core and the same line. An
//! event takes the place of a timer, and of a task that is woken.

use core::task::Waker;
use std::boxed::Box;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Wake;
use std::vec::Vec;

use retry_core::internal::{Grant, OperationBudget, RetryEnd, WaitingCredit};

use crate::calls::{LineStep, Patience, Place, Queue};
use crate::storm::simulation::slab::Id;
use crate::{Budget, Failure, Moment, Progress, StopReason, TimedPolicy, Withdrawal};

/// Budget of one process, and its line.
#[derive(Debug)]
pub(super) struct ProcessBudget {
    source: Source,
    line: Option<Box<Queue>>,
    tickets: u64,
}

#[derive(Debug)]
enum Source {
    Own(OperationBudget),
    Shared(Box<Budget>),
}

/// Request whose operation stands in line.
#[derive(Debug)]
pub(super) struct Waiting {
    position: Place,
    patience: Patience,
    /// Time of the last event that was planned for it.
    pub(super) until: Moment,
    waker: Waker,
}

/// Next step of an operation in line.
pub(super) enum Step {
    /// It starts its retry.
    Go,
    /// It ends.
    Stop,
    /// It waits until it is woken, or until this time.
    Wait(Moment),
}

impl ProcessBudget {
    /// Creates the default budget of an operation.
    pub(super) fn own() -> Self {
        Self { source: Source::Own(OperationBudget::new()), line: None, tickets: 0 }
    }

    /// Creates a budget with these settings.
    pub(super) fn with_settings(budget: &Budget) -> Self {
        Self { source: Source::Shared(Box::new(budget.fresh())), line: None, tickets: 0 }
    }

    fn credit(&self, policy: &TimedPolicy) -> Option<WaitingCredit<'_>> {
        let max_attempts = policy.budgeted_attempts();
        match &self.source {
            Source::Own(budget) => Some(budget.credit(max_attempts)),
            Source::Shared(budget) => budget.waiting_credit(max_attempts),
        }
    }

    fn shared(&self) -> Option<&Budget> {
        match &self.source {
            Source::Own(_) => None,
            Source::Shared(budget) => Some(budget),
        }
    }

    /// Uses the line, then wakes all that it lets go.
    fn with_line<T>(
        &mut self,
        policy: &TimedPolicy,
        access: impl FnOnce(WaitingCredit<'_>, &mut Queue) -> T,
    ) -> Option<T> {
        let mut line = self.line.take().unwrap_or_default();
        let result = self.credit(policy).map(|credit| access(credit, &mut line));
        let woken = line.take_woken();
        if line.len() > 0 {
            self.line = Some(line);
        }
        woken.into_iter().for_each(Waker::wake);
        result
    }

    /// Counts a call that begins.
    pub(super) fn begin(&self, now: Moment) -> Withdrawal {
        self.shared().map_or(Withdrawal::new(), |budget| budget.begin(|| now))
    }

    /// Ends a call.
    pub(super) fn end(&self, withdrawal: &mut Withdrawal) {
        if let Some(budget) = self.shared() {
            budget.end(withdrawal);
        }
    }

    /// Records that an attempt has failed, before anything is decided.
    pub(super) fn attempt_failed(&mut self, policy: &TimedPolicy, progress: &mut Progress, now: Moment) {
        if progress.attempt() > 1 {
            self.end_retry(policy, progress, RetryEnd::Failed, now);
        } else if self.credit(policy).is_some_and(|credit| credit.has_line()) {
            self.with_line(policy, |credit, line| line.first_attempt_failed(credit, now));
        }
    }

    /// Withdraws one retry, or lets it be withdrawn when it starts.
    pub(super) fn withdraw(
        &self,
        policy: &TimedPolicy,
        failure: &Failure,
        withdrawal: &mut Withdrawal,
        now: Moment,
    ) -> Result<Grant, StopReason> {
        let (grant, is_granted) = match (self.credit(policy), self.shared()) {
            (Some(credit), _) if failure.is_timed_out() => (Grant::Paid, credit.start()),
            (Some(_), _) if failure.is_throttled_until() => (Grant::Free, true),
            (Some(_), _) | (None, None) => (Grant::None, true),
            (None, Some(budget)) => {
                (Grant::None, budget.withdraw(withdrawal, failure.class(), policy.budgeted_attempts(), || now))
            }
        };
        if is_granted { Ok(grant) } else { Err(StopReason::Budget) }
    }

    /// Records the success of the operation.
    pub(super) fn succeeded(
        &mut self,
        policy: &TimedPolicy,
        progress: &mut Progress,
        withdrawal: &mut Withdrawal,
        now: Moment,
    ) {
        let Some(credit) = self.credit(policy) else {
            if let Some(budget) = self.shared() {
                budget.record_success(withdrawal, policy.budgeted_attempts());
            }
            return;
        };
        if progress.attempt() > 1 {
            self.end_retry(policy, progress, RetryEnd::Succeeded, now);
        } else if credit.approach_rest() {
            self.with_line(policy, |credit, line| line.hand_over(credit));
        }
    }

    /// Records that an attempt was dropped.
    pub(super) fn attempt_dropped(&mut self, policy: &TimedPolicy, progress: &mut Progress, now: Moment) {
        self.end_retry(policy, progress, RetryEnd::Dropped, now);
    }

    fn end_retry(&mut self, policy: &TimedPolicy, progress: &mut Progress, end: RetryEnd, now: Moment) {
        let Some(credit) = self.credit(policy) else { return };
        let has_line = match progress.replace_grant(Grant::None) {
            Grant::Paid | Grant::Probe => credit.end(end, || now),
            Grant::None | Grant::Free => false,
        };
        if has_line {
            self.with_line(policy, |credit, line| line.retry_ended(credit, end, now));
        }
    }

    /// Refunds what was taken for a retry that is not made.
    pub(super) fn refund(
        &mut self,
        policy: &TimedPolicy,
        progress: &mut Progress,
        withdrawal: &mut Withdrawal,
        now: Moment,
    ) {
        let Some(credit) = self.credit(policy) else {
            if let Some(budget) = self.shared() {
                budget.refund(withdrawal, policy.budgeted_attempts(), || now);
            }
            return;
        };
        let has_line = match progress.replace_grant(Grant::None) {
            Grant::None | Grant::Free => false,
            Grant::Paid => credit.put_back(true, || now),
            Grant::Probe => credit.put_back(false, || now),
        };
        if has_line {
            self.with_line(policy, |credit, line| line.retry_ended(credit, RetryEnd::Dropped, now));
        }
    }

    /// Starts the retry whose delay is over. Returns `false` if it must join the line.
    pub(super) fn start(&self, policy: &TimedPolicy, progress: &mut Progress) -> bool {
        let Some(credit) = self.credit(policy) else { return true };
        if progress.grant() != Grant::None {
            return true;
        }
        let is_started = credit.start();
        if is_started {
            progress.replace_grant(Grant::Paid);
        }
        is_started
    }

    /// Joins the line, as a call of the operation at the position `step`.
    pub(super) fn join(
        &mut self,
        policy: &TimedPolicy,
        step: usize,
        progress: &Progress,
        waker: Waker,
        now: Moment,
    ) -> Option<Waiting> {
        self.tickets += 1;
        let ticket = self.tickets;
        let (news, end) = progress.ends_in_line(policy, self.credit(policy)?.max_wait(), now);
        let patience = Patience { since: now, news, end };
        let attempts = progress.attempt();
        let position = self.with_line(policy, |credit, line| line.join(credit, step, attempts, ticket, &waker, now))?;
        Some(Waiting { position, patience, until: Moment::ORIGIN, waker })
    }

    /// Decides what the operation does that stands in line.
    pub(super) fn poll(
        &mut self,
        policy: &TimedPolicy,
        progress: &mut Progress,
        waiting: &Waiting,
        now: Moment,
    ) -> Step {
        let Waiting { position, patience, waker, .. } = waiting;
        match self.with_line(policy, |credit, line| line.poll(credit, *position, *patience, now, waker)) {
            Some(LineStep::Wait(until)) => Step::Wait(until),
            Some(LineStep::Go(grant)) => {
                progress.add_wait(now.since(patience.since));
                progress.replace_grant(grant);
                Step::Go
            }
            // At its deadline, or because the budget denies it.
            Some(LineStep::Leave) | None => Step::Stop,
        }
    }

    /// Leaves the line; tokens that were handed over go back with the next refund.
    pub(super) fn leave(&mut self, policy: &TimedPolicy, progress: &mut Progress, waiting: &Waiting) {
        if self.with_line(policy, |credit, line| line.drop_out(credit, waiting.position)) == Some(false) {
            progress.replace_grant(Grant::Paid);
        }
    }

    /// Returns whether nobody stands in line, and no retry runs.
    #[cfg(test)]
    pub(super) fn is_idle(&self, policy: &TimedPolicy) -> bool {
        self.line.is_none() && self.credit(policy).is_none_or(|credit| !credit.has_line() && !credit.is_under_way())
    }
}

/// Requests that were woken in line, each with the turn of its last attempt.
#[derive(Clone, Debug, Default)]
pub(super) struct WokenRequests(Arc<Mutex<Vec<(Id, u32)>>>);

impl WokenRequests {
    /// Returns the waker of a request.
    pub(super) fn waker(&self, id: Id, turn: u32) -> Waker {
        Arc::new(RequestWaker { id, turn, woken: self.clone() }).into()
    }

    pub(super) fn take(&self) -> Vec<(Id, u32)> {
        core::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

struct RequestWaker {
    id: Id,
    turn: u32,
    woken: WokenRequests,
}

impl Wake for RequestWaker {
    fn wake(self: Arc<Self>) {
        self.woken.0.lock().unwrap_or_else(PoisonError::into_inner).push((self.id, self.turn));
    }
}
