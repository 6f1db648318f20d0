//! Budgets under every interleaving of two threads:
//! `RUSTFLAGS="--cfg loom" cargo test -p retry-core --release --test loom_budget`.
#![cfg(loom)]

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use loom::sync::Arc;
use loom::thread;
use retry_core::internal::RetryCounter;
use retry_core::nesting::{GiveUp, Nesting, SharedNesting};
use retry_core::{Budget, Class, Moment, Withdrawal};

/// Length of a bucket of the ratios.
const SECOND: u64 = 1_000_000_000;
const NOW: u64 = 20 * SECOND;

/// Runs both at once and returns their results.
fn both<A: Send + 'static>(
    budget: &Arc<Budget>,
    one: impl FnOnce(&Budget) -> A + Send + 'static,
    other: impl FnOnce(&Budget) -> A,
) -> (A, A) {
    let shared = Arc::clone(budget);
    let thread = thread::spawn(move || one(&shared));
    let second = other(budget);
    (thread.join().unwrap(), second)
}

/// Runs a model with at most `preemptions` switches from a thread that could continue.
fn bounded(preemptions: usize, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.check(model);
}

/// Shares the budget, whose atomics are made first in every bucket, before there are threads.
fn made(budget: Budget) -> Arc<Budget> {
    for slot in 10..=20 {
        budget.left(3, || Moment::from_nanos(slot * SECOND));
    }
    budget.record_first_success();
    Arc::new(budget)
}

fn withdraw(budget: &Budget, now: u64) -> bool {
    budget.withdraw(&mut Withdrawal::new(), Class::Timeout, 3, || Moment::from_nanos(now))
}

#[test]
fn two_threads_never_both_take_the_last_tokens() {
    loom::model(|| {
        let budget = made(Budget::credit_of(14));
        let (one, other) = both(&budget, |budget| withdraw(budget, NOW), |budget| withdraw(budget, NOW));
        assert!(one ^ other, "{one}, {other}");
        assert_eq!(budget.left(3, || Moment::ORIGIN), 0);
    });
}

#[test]
fn no_token_is_lost_between_a_draw_and_a_refund() {
    loom::model(|| {
        let budget = made(Budget::credit());
        let mut withdrawal = Withdrawal::new();
        assert!(budget.withdraw(&mut withdrawal, Class::Timeout, 3, || Moment::ORIGIN));
        both(&budget, move |budget| budget.record_success(&mut withdrawal, 3), |budget| assert!(withdraw(budget, NOW)));
        assert_eq!(budget.left(3, || Moment::ORIGIN), 42 - 14 - 14 + 21);
    });
}

#[test]
fn first_successes_stop_at_the_rest() {
    loom::model(|| {
        let budget = made(Budget::credit());
        let mut withdrawal = Withdrawal::new();
        assert!(budget.withdraw(&mut withdrawal, Class::Timeout, 3, || Moment::ORIGIN));
        (0..13).for_each(|_| budget.record_first_success());
        assert_eq!(budget.left(3, || Moment::ORIGIN), 41);
        both(&budget, Budget::record_first_success, Budget::record_first_success);
        assert_eq!(budget.left(3, || Moment::ORIGIN), 42, "two steps from one below are one step");
    });
}

/// Loom explores a schedule for each order of writes; where nothing is written there is one.
#[test]
fn at_rest_a_first_success_writes_nothing() {
    fn schedules(made: fn() -> Arc<Budget>, success: fn(&Budget)) -> usize {
        let count = std::sync::Arc::new(AtomicUsize::new(0));
        let counter = std::sync::Arc::clone(&count);
        loom::model(move || {
            counter.fetch_add(1, Relaxed);
            both(&made(), success, success);
        });
        count.load(Relaxed)
    }
    let at_rest = || made(Budget::credit());
    let away = || {
        let budget = made(Budget::credit());
        assert!(withdraw(&budget, NOW));
        budget
    };
    for success in [Budget::record_first_success, |budget: &Budget| budget.record_success(&mut Withdrawal::new(), 3)] {
        assert_eq!(schedules(at_rest, success), 1);
        assert!(schedules(away, success) > 1);
    }
}

fn ratio(reserve: f64) -> Arc<Budget> {
    made(Budget::ratio(0.5, Duration::from_secs(10)).reserve(reserve))
}

#[test]
fn two_threads_never_both_take_the_last_retry_of_a_ratio() {
    loom::model(|| {
        let budget = ratio(0.1);
        let (one, other) = both(&budget, |budget| withdraw(budget, NOW), |budget| withdraw(budget, NOW));
        assert!(one ^ other, "{one}, {other}");
    });
}

/// The hard moment: one thread is in the next bucket, the other still in this one.
#[test]
fn nor_do_they_while_one_turns_to_the_next_bucket() {
    bounded(3, || {
        let budget = ratio(0.1);
        let (one, other) = both(&budget, |budget| withdraw(budget, NOW), |budget| withdraw(budget, NOW + SECOND));
        assert!(one ^ other, "{one}, {other}");
        assert_eq!(budget.left(3, || Moment::from_nanos(NOW + SECOND)), 0);
    });
}

#[test]
fn nor_while_both_turn_and_each_to_another() {
    bounded(3, || {
        let budget = ratio(0.1);
        let (one, other) =
            both(&budget, |budget| withdraw(budget, NOW + 2 * SECOND), |budget| withdraw(budget, NOW + SECOND));
        assert!(one ^ other, "{one}, {other}");
        assert_eq!(budget.left(3, || Moment::from_nanos(NOW + 2 * SECOND)), 0);
        assert!(withdraw(&budget, NOW + 12 * SECOND), "forgotten with its bucket");
    });
}

/// Who finds a bucket that the other turned to also finds what was spent before it.
#[test]
fn what_was_spent_is_not_forgotten_by_turning() {
    bounded(3, || {
        let budget = ratio(0.1);
        assert!(withdraw(&budget, NOW));
        let drawn = both(&budget, |budget| withdraw(budget, NOW + SECOND), |budget| withdraw(budget, NOW + SECOND));
        assert_eq!(drawn, (false, false));
    });
}

#[test]
fn no_deposit_is_lost_while_the_bucket_turns() {
    bounded(3, || {
        let budget = ratio(0.0);
        (0..2).for_each(|_| drop(budget.begin(|| Moment::from_nanos(NOW))));
        let deposit = |budget: &Budget, now| drop(budget.begin(|| Moment::from_nanos(now)));
        both(&budget, move |budget| deposit(budget, NOW + SECOND), move |budget| deposit(budget, NOW));
        assert_eq!(budget.left(3, || Moment::from_nanos(NOW + SECOND)), 2);
    });
}

/// A thread that stalls while it copies a bucket, until its place holds one that is nine later.
#[test]
fn a_bucket_is_never_copied_over_a_later_one() {
    bounded(2, || {
        let budget = ratio(0.0);
        let deposit = |budget: &Budget, slot| drop(budget.begin(|| Moment::from_nanos(NOW + slot * SECOND)));
        deposit(&budget, 0);
        both(
            &budget,
            move |budget| deposit(budget, 1),
            move |budget| [1, 9, 9, 9, 9, 10].into_iter().for_each(|slot| deposit(budget, slot)),
        );
        // Five, and the other thread's if it came late.
        assert!(budget.left(3, || Moment::from_nanos(NOW + 11 * SECOND)) >= 2);
    });
}

#[test]
fn two_calls_never_both_take_the_last_retry_in_flight_and_all_is_given_back() {
    loom::model(|| {
        let budget = made(Budget::in_flight(0.0, 1));
        let call = |budget: &Budget| {
            let mut withdrawal = budget.begin(|| Moment::ORIGIN);
            let drawn = budget.withdraw(&mut withdrawal, Class::Timeout, 3, || Moment::ORIGIN);
            (withdrawal, drawn)
        };
        let ((mut one, first), (mut other, second)) = both(&budget, call, call);
        assert!(first ^ second);
        both(&budget, move |budget| budget.end(&mut one), move |budget| budget.end(&mut other));
        assert_eq!(budget.left(3, || Moment::ORIGIN), 1);
    });
}

#[test]
fn a_count_is_taken_no_further_than_it_goes_and_comes_back_whole() {
    loom::model(|| {
        let count = Arc::new(RetryCounter::new(1));
        count.left();
        let shared = Arc::clone(&count);
        let thread = thread::spawn(move || shared.take());
        let mine = count.take();
        let theirs = thread.join().unwrap();
        assert!(mine ^ theirs, "{mine}, {theirs}");
        count.refund();
        assert_eq!((count.left(), count.taken()), (1, 0));
        count.refund();
        assert_eq!(count.left(), 1, "no more than was given");
    });
}

/// A give-up that comes while another call succeeds is never lost, whichever comes first.
#[test]
fn no_success_clears_the_mark_of_a_give_up_that_it_has_not_seen() {
    loom::model(|| {
        let marks = Arc::new(SharedNesting::new(Nesting::default().after_give_up(GiveUp::UNKNOWN, true)));
        let seen = marks.get().give_ups();
        let shared = Arc::clone(&marks);
        let thread = thread::spawn(move || shared.change(|nesting| nesting.after_give_up(GiveUp::UNKNOWN, true)));
        marks.change(|marks| marks.after_success(seen));
        thread.join().unwrap();
        assert!(marks.get().has_give_up());
        assert_eq!(marks.get().give_ups(), 2);
    });
}
