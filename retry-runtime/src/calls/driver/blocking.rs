//! Blocking functions: an attempt is a closure, and a wait sleeps the thread.

use core::ops::ControlFlow;
use core::time::Duration;

use retry_core::{Failure, Policy, Progress, StopReason};

use crate::calls::call::{Call, Ran};
use crate::calls::context::Scope;
use crate::calls::driver::Driver;
use crate::calls::hook::{Failed, HookResult};
use crate::calls::judge::{ByClass, ByQuestion, Ended, Judge};
use crate::calls::operation::Operation;
use crate::calls::random;
use crate::calls::track::{Cuttable, Track};
use crate::classify::Classify;
use crate::outcome::Outcome;

/// How often a wait asks whether it is cancelled, in nanoseconds.
const SLICE: u64 = 10_000_000;

/// The driver of blocking functions: `C` says whether the call is cancelled.
#[derive(Debug)]
pub struct Blocking<C = Uncancelled> {
    cancel: C,
}

/// Says whether a call is cancelled.
pub trait IsCancelled {
    #[doc(hidden)]
    const NEVER: bool;
    #[doc(hidden)]
    fn is_cancelled(&mut self) -> bool;
}

/// A call that nothing cancels.
#[derive(Debug)]
pub struct Uncancelled;

impl IsCancelled for Uncancelled {
    const NEVER: bool = true;

    fn is_cancelled(&mut self) -> bool {
        false
    }
}

impl<F: FnMut() -> bool> IsCancelled for F {
    const NEVER: bool = false;

    fn is_cancelled(&mut self) -> bool {
        self()
    }
}

impl<C> Driver for Blocking<C> {
    #[inline]
    fn now() -> u64 {
        now()
    }

    #[inline]
    fn failed(progress: &mut Progress, policy: &Policy, failure: &Failure) -> u64 {
        failed(progress, policy, failure)
    }
}

#[cold]
#[inline(never)]
fn failed(progress: &mut Progress, policy: &Policy, failure: &Failure) -> u64 {
    progress.next(policy, failure, now, random::chance, |_, _| Ok(()))
}

fn now() -> u64 {
    #[cfg(feature = "test-util")]
    if let Some(now) = crate::calls::test_util::now() {
        return now;
    }
    crate::calls::clock::since_anchor(std::time::Instant::now())
}

fn sleep(nanos: u64) {
    #[cfg(feature = "test-util")]
    if crate::calls::test_util::advance(nanos) {
        return;
    }
    std::thread::sleep(Duration::from_nanos(nanos));
}

impl Operation {
    /// Begins a call of a blocking function.
    #[inline]
    pub fn blocking<R: Outcome>(&'static self) -> Call<'static, R, Blocking> {
        Call::begin(self, Blocking { cancel: Uncancelled })
    }
}

impl<'p, R: Outcome> Call<'p, R, Blocking, Cuttable<R>> {
    /// The same call, that ends when `cancel` says so: it is asked before each retry, and during a wait every 10 ms.
    pub fn cancel<C: FnMut() -> bool>(self, cancel: C) -> Call<'p, R, Blocking<C>, Cuttable<R>> {
        self.driven(Blocking { cancel })
    }
}

impl<R: Outcome, C: IsCancelled, T: Track<R>> Call<'_, R, Blocking<C>, T> {
    /// Runs one attempt, decides by the policy's classes, and waits. `Some` is what the call ends with.
    #[inline]
    pub fn attempt(&mut self, body: impl FnOnce() -> R) -> Option<R>
    where
        R::Error: Classify,
    {
        self.run_and_wait(body, ByClass)
    }

    /// As [`attempt`](Self::attempt); `retry` says whether what ended is worth a retry.
    #[inline]
    pub fn attempt_if(&mut self, body: impl FnOnce() -> R, retry: impl FnMut(&mut Ended<'_, R>) -> bool) -> Option<R> {
        self.run_and_wait(body, ByQuestion(retry))
    }

    /// Runs one attempt; [`decide`](Call::decide) and [`wait`](Call::wait) follow, with `on_retry` between them.
    #[inline]
    pub fn run(&mut self, body: impl FnOnce() -> R) -> Ran<R> {
        Ran::Returned(self.run_body(body))
    }

    #[inline]
    fn run_body(&mut self, body: impl FnOnce() -> R) -> R {
        self.progress.begin_attempt();
        let _scope = Scope::enter(self.progress.deadline());
        body()
    }

    #[inline]
    fn run_and_wait(&mut self, body: impl FnOnce() -> R, judge: impl Judge<R>) -> Option<R> {
        let outcome = self.run_body(body);
        if judge.is_success(&outcome) {
            return Some(outcome);
        }
        self.decide_and_wait(outcome, judge)
    }

    /// Cold and apart, so that a function whose attempt succeeds carries nothing of it; all functions with one outcome
    /// share it.
    #[cold]
    #[inline(never)]
    fn decide_and_wait(&mut self, outcome: R, mut judge: impl Judge<R>) -> Option<R> {
        match self.decided(outcome, &mut judge) {
            ControlFlow::Break(outcome) => Some(outcome),
            ControlFlow::Continue(wait) => self.pause(wait),
        }
    }

    /// Waits, unless the call is cancelled first: then it is what the call ends with.
    #[inline]
    fn pause(&mut self, wait: u64) -> Option<R> {
        if C::NEVER {
            if wait > 0 {
                sleep(wait);
            }
            return None;
        }
        self.pause_in_slices(wait)
    }

    #[cold]
    fn pause_in_slices(&mut self, wait: u64) -> Option<R> {
        // By the clock, since each slice oversleeps a little.
        let end = now().saturating_add(wait);
        loop {
            if self.driver.cancel.is_cancelled() {
                return self.stop(StopReason::Cancelled);
            }
            match end.saturating_sub(now()) {
                0 => return None,
                left => sleep(left.min(SLICE)),
            }
        }
    }
}

impl<R: Outcome, C: IsCancelled, T: Track<R>> Call<'_, R, Blocking<C>, T> {
    /// Waits before the next attempt, once `on_retry` was told. `Some` is what the call ends with: the hook failed,
    /// it took until the deadline, or the call is cancelled.
    pub fn wait(&mut self, failed: Failed<R>, told: impl HookResult<R::Error>) -> Option<R> {
        let (wait, ended) = self.before_wait(failed, told);
        match ended {
            Some(outcome) => Some(outcome),
            None => self.pause(wait),
        }
    }
}
