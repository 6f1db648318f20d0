//! Circuit breakers that all threads share, closed, and calls that succeed: ours, failsafe's and recloser's, each with
//! its own defaults.

use std::convert::Infallible;
use std::sync::LazyLock;
use std::time::Duration;

use failsafe::backoff::EqualJittered;
use failsafe::failure_policy::{ConsecutiveFailures, OrElse, SuccessRateOverTimeWindow};
use failsafe::{CircuitBreaker, StateMachine};
use recloser::Recloser;
use retry_runtime::Moment;
use retry_runtime::breaker::{AttemptOutcome, Breaker};

use crate::budgets::repeat;
use crate::clock::now;

type Failsafe = StateMachine<OrElse<SuccessRateOverTimeWindow<EqualJittered>, ConsecutiveFailures<EqualJittered>>, ()>;

static OF_CALLS: Breaker = Breaker::new();
static OF_TIME: Breaker = Breaker::new().window_time(Duration::from_secs(10));
static FAILSAFE: LazyLock<Failsafe> = LazyLock::new(|| failsafe::Config::new().build());
static RECLOSER: LazyLock<Recloser> = LazyLock::new(|| Recloser::custom().build());

pub(crate) fn window_of_calls(times: u32) {
    repeat(times, &OF_CALLS, |breaker| succeed(breaker, now));
}

pub(crate) fn window_of_time(times: u32) {
    repeat(times, &OF_TIME, |breaker| succeed(breaker, now));
}

pub(crate) fn failsafe(times: u32) {
    repeat(times, &*FAILSAFE, |breaker| assert!(breaker.call(|| Ok::<_, Infallible>(())).is_ok()));
}

pub(crate) fn recloser(times: u32) {
    repeat(times, &*RECLOSER, |breaker| assert!(breaker.call(|| Ok::<_, Infallible>(())).is_ok()));
}

#[expect(clippy::inline_always, reason = "as in a loop by hand around one call")]
#[inline(always)]
fn succeed(breaker: &Breaker, now: impl Fn() -> Moment) {
    let Ok(receipt) = breaker.try_acquire(&now) else { unreachable!("no call has failed") };
    let changed = breaker.record(receipt, AttemptOutcome::Succeeded, &now, || 0);
    assert!(changed.is_none());
}
