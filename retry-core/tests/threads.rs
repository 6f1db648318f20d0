//! Budgets, breakers and rate limits in use by several threads at once: for Miri and `ThreadSanitizer`.
//!
//! The loom tests have every interleaving of two threads; these have real threads, and the memory that they share.
#![cfg(not(loom))]

use std::collections::HashSet;
use std::thread;
use std::time::Duration;

use retry_core::breaker::{AttemptOutcome, Breaker, State};
use retry_core::internal::{Span, TimeSlots};
use retry_core::{Budget, Class, Moment, Withdrawal};

const THREADS: usize = 3;
/// Miri is slow.
const TIMES: u32 = if cfg!(miri) { 8 } else { 1000 };

/// Runs the same in every thread, and returns all results.
fn all<A: Send>(act: impl Fn() -> A + Sync) -> Vec<A> {
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(&act)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

#[test]
fn no_token_is_withdrawn_twice() {
    const TOKENS: u32 = 14;
    let budget = Budget::credit_of(TOKENS * TIMES);
    let withdraw = || budget.withdraw(&mut Withdrawal::new(), Class::Timeout, 3, || Moment::ORIGIN);
    let withdrawn = all(|| (0..TIMES).filter(|_| withdraw()).count());
    assert_eq!(withdrawn.iter().sum::<usize>(), TIMES as usize);
    assert_eq!(budget.left(3, || Moment::ORIGIN), 0);
}

#[test]
fn a_breaker_that_is_half_open_grants_its_probes_once() {
    let breaker = Breaker::new().window_calls(2).minimum_calls(2).failure_rate(0.5).half_open_probes(3);
    let origin = || Moment::ORIGIN;
    for _ in 0..2 {
        let permit = breaker.try_acquire(origin).unwrap_or_else(|_| panic!("closed"));
        breaker.record(permit, AttemptOutcome::Failed(Class::Timeout), origin, || 0);
    }
    assert_eq!(breaker.state(), State::Open);
    let later = || Moment::ORIGIN.after(Duration::from_hours(1));
    let permits = all(|| (0..TIMES).filter_map(|_| breaker.try_acquire(later).ok()).count());
    assert_eq!(permits.iter().sum::<usize>(), 3);
}

#[test]
fn each_slot_of_a_rate_limit_is_reserved_once() {
    let slots = TimeSlots::new(Span::from_nanos(100), 1);
    let reserve = || slots.reserve(Moment::ORIGIN, Moment::from_nanos(1_000_000)).map(|slot| slot.at().as_nanos());
    let times: Vec<_> = all(|| (0..TIMES).filter_map(|_| reserve()).collect::<Vec<_>>()).concat();
    assert_eq!(times.len(), THREADS * TIMES as usize);
    assert_eq!(times.iter().collect::<HashSet<_>>().len(), times.len());
}
