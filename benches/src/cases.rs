//! Every case that is counted and timed: a name, and what runs it so many times.

use std::cell::Cell;
use std::future::Future;
use std::hint::black_box;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::subject::{Fault, Source, blocking, future};
use crate::{Outcome, breakers, budgets, delay};

pub(crate) struct Case {
    pub(crate) group: &'static str,
    pub(crate) name: &'static str,
    pub(crate) run: fn(u32),
}

pub(crate) const SYNC: &str = "sync, first attempt succeeds";
pub(crate) const ASYNC: &str = "async, first attempt succeeds";
pub(crate) const SYNC_FAILS: &str = "sync, two failures, zero waits";
pub(crate) const ASYNC_FAILS: &str = "async, two failures, zero waits";
pub(crate) const DELAY: &str = "one jittered delay";
pub(crate) const AT_REST: &str = "budgets, first attempt succeeds";
pub(crate) const RETRIED: &str = "budgets, a call and its retry";
pub(crate) const CLOSED: &str = "breakers, closed, a call succeeds";

pub(crate) const OBSERVED: &str = "events, first attempt succeeds";

/// The same row of both builds: the feature `events` of this crate makes the difference.
const RETRY: &str = if cfg!(feature = "events") { "retry, observed" } else { "retry, unobserved" };

/// The least that two writes of one word can cost.
pub(crate) const FLOOR: &str = "floor: add, compare-and-swap";
/// Its clock calibrates itself by time as it starts, so that its instructions differ from run to run.
pub(crate) const GOVERNOR: &str = "governor: check";

pub(crate) const GROUPS: [&str; 9] = [SYNC, ASYNC, SYNC_FAILS, ASYNC_FAILS, DELAY, AT_REST, RETRIED, CLOSED, OBSERVED];
/// Those whose cases work on one thing from all threads.
pub(crate) const SHARED: [&str; 4] = [AT_REST, RETRIED, CLOSED, OBSERVED];

const fn case(group: &'static str, name: &'static str, run: fn(u32)) -> Case {
    Case { group, name, run }
}

/// The first of a group is what the others stand against: a bare call, the loop by hand, nothing, or the least possible.
pub(crate) const CASES: &[Case] = &[
    case(SYNC, "bare", |times| blocking_calls(times, 0, blocking::bare)),
    case(SYNC, "loop", |times| blocking_calls(times, 0, blocking::looped)),
    case(SYNC, "retry", |times| blocking_calls(times, 0, blocking::annotated)),
    case(SYNC, "backon", |times| blocking_calls(times, 0, blocking::backon)),
    case(ASYNC, "bare", |times| async_calls(times, 0, &future::bare)),
    case(ASYNC, "loop", |times| async_calls(times, 0, &future::looped)),
    case(ASYNC, "retry", |times| async_calls(times, 0, &future::annotated)),
    case(ASYNC, "backon", |times| async_calls(times, 0, &future::backon)),
    case(ASYNC, "tokio-retry", |times| async_calls(times, 0, &future::tokio_retry)),
    case(SYNC_FAILS, "loop", |times| blocking_calls(times, 2, blocking::looped)),
    case(SYNC_FAILS, "loop that has no waits", |times| blocking_calls(times, 2, blocking::looped_without_waits)),
    case(SYNC_FAILS, "retry", |times| blocking_calls(times, 2, blocking::annotated_without_waits)),
    case(SYNC_FAILS, "backon", |times| blocking_calls(times, 2, blocking::backon_without_waits)),
    case(ASYNC_FAILS, "loop", |times| async_calls(times, 2, &future::looped)),
    case(ASYNC_FAILS, "loop that has no waits", |times| {
        async_calls(times, 2, &future::looped_without_waits);
    }),
    case(ASYNC_FAILS, "retry", |times| {
        async_calls(times, 2, &future::annotated_without_waits);
    }),
    case(DELAY, "nothing", |times| delays(times, std::iter::repeat(Duration::ZERO))),
    case(DELAY, "retry", |times| delays(times, delay::ours())),
    case(DELAY, "backon", |times| delays(times, delay::backon())),
    case(DELAY, "tokio-retry", |times| delays(times, delay::tokio_retry())),
    case(AT_REST, "nothing", budgets::nothing),
    case(AT_REST, "credit", budgets::credit_at_rest),
    case(AT_REST, "ratio", budgets::ratio_begins),
    case(AT_REST, "in_flight", budgets::in_flight_begins_and_ends),
    case(AT_REST, "tower: deposit", budgets::tower_deposits),
    case(AT_REST, "rate limit: reserve", budgets::rate_limit_reserves),
    case(AT_REST, "pace: reserve, begin", budgets::pace_at_rest),
    case(AT_REST, "governor: check by our clock", budgets::governor_checks_by_our_clock),
    case(AT_REST, GOVERNOR, budgets::governor_checks),
    case(RETRIED, FLOOR, budgets::floor),
    case(RETRIED, "credit: draw, refund", budgets::credit_draws_and_refunds),
    case(RETRIED, "ratio: deposit, draw", budgets::ratio_deposits_and_draws),
    case(RETRIED, "ratio with a clock", budgets::ratio_with_a_clock),
    case(RETRIED, "in_flight: begin, draw, end", budgets::in_flight_begins_draws_and_ends),
    case(RETRIED, "tower: deposit, withdraw", budgets::tower_deposits_and_withdraws),
    case(CLOSED, "nothing", budgets::nothing),
    case(CLOSED, "window of calls", breakers::window_of_calls),
    case(CLOSED, "window of time", breakers::window_of_time),
    case(CLOSED, "failsafe", breakers::failsafe),
    case(CLOSED, "recloser", breakers::recloser),
    case(OBSERVED, "bare", |times| blocking_calls(times, 0, blocking::bare)),
    case(OBSERVED, RETRY, |times| blocking_calls(times, 0, blocking::annotated)),
];

pub(crate) fn run(name: &str, times: u32) -> Outcome {
    let case = CASES.iter().find(|case| case.id() == name).ok_or("no such case")?;
    (case.run)(times);
    Ok(())
}

impl Case {
    pub(crate) fn id(&self) -> String {
        format!("{}: {}", self.group, self.name)
    }
}

pub(crate) fn of(group: &str) -> impl Iterator<Item = &'static Case> {
    CASES.iter().filter(move |case| case.group == group)
}

fn source() -> Source {
    Source { failures: Cell::new(0), base: black_box(Duration::ZERO) }
}

fn blocking_calls(times: u32, failures: u32, call: impl Fn(&Source) -> Result<u64, Fault>) {
    let source = source();
    for _ in 0..times {
        source.failures.set(failures);
        let _ = black_box(call(black_box(&source)));
    }
}

fn async_calls(times: u32, failures: u32, call: &impl AsyncFn(&Source) -> Result<u64, Fault>) {
    let source = source();
    let mut cx = Context::from_waker(Waker::noop());
    for _ in 0..times {
        source.failures.set(failures);
        let future = pin!(call(black_box(&source)));
        let _ = black_box(poll(future, &mut cx));
    }
}

/// Not inlined, as a spawned or boxed future is not.
#[inline(never)]
fn poll<F: Future>(future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
    future.poll(cx)
}

fn delays(times: u32, mut waits: impl Iterator<Item = Duration>) {
    for _ in 0..times {
        black_box(waits.next());
    }
}
