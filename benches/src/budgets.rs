//! Budgets and limits that all threads share: ours, tower's, governor's, and the least that two writes can cost.
//!
//! Every step is granted, so that it writes. Shares are of all calls for that reason.

use std::hint::black_box;
use std::num::NonZeroU32;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

use governor::clock::MonotonicClock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use retry_core::internal::{PaceAdmission, Span, TimeSlots};
use retry_runtime::{Budget, Class, Moment, Pace};
use tower::retry::budget::{Budget as TowerBudget, TpsBudget};

use crate::clock::now;

const ATTEMPTS: u32 = 3;
const WINDOW: Duration = Duration::from_secs(10);
const QUOTA: Quota = Quota::per_second(NonZeroU32::new(1_000_000_000).unwrap());

static CREDIT: Budget = Budget::credit();
static RATIO: Budget = Budget::ratio(1.0, WINDOW);
static IN_FLIGHT: Budget = Budget::in_flight(1.0, 10);
static TOWER: LazyLock<TpsBudget> = LazyLock::new(|| TpsBudget::new(WINDOW, 10, 1.0));
static SLOTS: TimeSlots = TimeSlots::new(Span::from_nanos(1), 1_000_000_000);
static GOVERNOR: LazyLock<DefaultDirectRateLimiter> = LazyLock::new(|| RateLimiter::direct(QUOTA));
static GOVERNOR_ON_OUR_CLOCK: LazyLock<RateLimiter<NotKeyed, InMemoryState, MonotonicClock, NoOpMiddleware<Instant>>> =
    LazyLock::new(|| RateLimiter::direct_with_clock(QUOTA, MonotonicClock));
static PACE: Pace = Pace::new();
static FLOOR: Alone = Alone(AtomicU64::new(0));

/// A word with nothing beside it.
#[repr(align(128))]
struct Alone(AtomicU64);

pub(crate) fn nothing(times: u32) {
    repeat(times, &CREDIT, |_| {});
}

/// The budget steps of a first attempt that succeeds, at rest.
pub(crate) fn credit_at_rest(times: u32) {
    // Brings back what another case has left.
    while CREDIT.left(ATTEMPTS, now) != u64::from(Budget::rest_of(ATTEMPTS)) {
        CREDIT.record_first_success();
    }
    repeat(times, &CREDIT, Budget::record_first_success);
}

pub(crate) fn ratio_begins(times: u32) {
    repeat(times, &RATIO, |budget| drop(black_box(budget.begin(now))));
}

pub(crate) fn in_flight_begins_and_ends(times: u32) {
    repeat(times, &IN_FLIGHT, |budget| budget.end(&mut budget.begin(now)));
}

pub(crate) fn tower_deposits(times: u32) {
    repeat(times, &*TOWER, TowerBudget::deposit);
}

pub(crate) fn rate_limit_reserves(times: u32) {
    repeat(times, &SLOTS, |slots| assert!(slots.reserve(now(), Moment::NEVER).is_some()));
}

/// An attempt of a service that throttles nobody.
pub(crate) fn pace_at_rest(times: u32) {
    repeat(times, &PACE, |pace| {
        let now = now();
        let PaceAdmission::Now(ticket) = pace.reserve(now, |_| Moment::NEVER) else { unreachable!("at rest") };
        pace.begin(now);
        pace.accepted(ticket);
    });
}

pub(crate) fn governor_checks(times: u32) {
    repeat(times, &*GOVERNOR, |limiter| assert!(limiter.check().is_ok()));
}

pub(crate) fn governor_checks_by_our_clock(times: u32) {
    repeat(times, &*GOVERNOR_ON_OUR_CLOCK, |limiter| assert!(limiter.check().is_ok()));
}

/// One addition, and one compare-and-swap until it succeeds, of one word.
pub(crate) fn floor(times: u32) {
    repeat(times, &FLOOR.0, |word| {
        word.fetch_add(1, Relaxed);
        let mut seen = word.load(Relaxed);
        while let Err(actual) = word.compare_exchange_weak(seen, seen + 1, Relaxed, Relaxed) {
            seen = actual;
        }
    });
}

/// A retry that succeeds.
pub(crate) fn credit_draws_and_refunds(times: u32) {
    repeat(times, &CREDIT, |budget| {
        retry(budget, now);
    });
}

/// A call and its retry, at a time that is known.
pub(crate) fn ratio_deposits_and_draws(times: u32) {
    repeat(times, &RATIO, |budget| retry(budget, || Moment::ORIGIN));
}

pub(crate) fn ratio_with_a_clock(times: u32) {
    repeat(times, &RATIO, |budget| retry(budget, now));
}

pub(crate) fn in_flight_begins_draws_and_ends(times: u32) {
    repeat(times, &IN_FLIGHT, |budget| retry(budget, now));
}

pub(crate) fn tower_deposits_and_withdraws(times: u32) {
    repeat(times, &*TOWER, |budget| {
        budget.deposit();
        assert!(budget.withdraw());
    });
}

/// All that a budget has to do with a call whose first retry succeeds.
#[inline]
fn retry(budget: &Budget, now: impl Fn() -> Moment) {
    let mut receipt = budget.begin(&now);
    assert!(budget.withdraw(&mut receipt, Class::Timeout, ATTEMPTS, &now));
    budget.record_success(&mut receipt, ATTEMPTS);
    budget.end(&mut receipt);
}

#[expect(clippy::inline_always, reason = "as in a program, what is shared is at an address that the linker knows")]
#[inline(always)]
pub(crate) fn repeat<T>(times: u32, shared: &T, step: impl Fn(&T)) {
    for _ in 0..times {
        // Whatever was read of it has to be read anew.
        black_box(shared);
        step(shared);
    }
}
