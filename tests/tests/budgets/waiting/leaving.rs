//! Calls that leave the line: dropped, cancelled, late, or denied.

use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use retry_runtime::{Attempt, Budget, Moment, StopReason, retry};
use retry_tests::Fault;
use tokio::task::{JoinSet, spawn_local};
use tokio::time::{Instant, sleep};

use super::{Service, millis, on_virtual_time};

#[retry(max_attempts = 3, retry_on = Timeout, backoff = fixed(100ms), jitter = none, budget = budget, context = attempt)]
async fn call(service: Rc<Service>, budget: Rc<Budget>) -> Result<(), Fault> {
    service.ask(attempt.number()).await
}

/// Polls once, with a waker that does nothing.
fn poll<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
    Pin::new(future).poll(&mut Context::from_waker(Waker::noop()))
}

fn tokens(budget: &Budget) -> u64 {
    budget.left(3, || Moment::ORIGIN)
}

#[test]
fn a_line_of_a_thousand_that_is_dropped_leaves_nothing_behind() {
    on_virtual_time(1, async {
        let (service, budget) = (Service::new(millis(20), |_| true), Rc::new(Budget::credit()));
        let mut calls: Vec<_> = (0..1000).map(|_| spawn_local(call(service.clone(), budget.clone()))).collect();
        sleep(millis(130)).await; // three run, the others stand in line
        assert_eq!(service.attempts.get(), 1003);
        let mut turn = 7;
        while !calls.is_empty() {
            turn = (turn * 31 + 11) % calls.len();
            calls.swap_remove(turn).abort();
            if calls.len() % 100 == 0 {
                sleep(Duration::from_micros(10)).await;
            }
        }
        sleep(Duration::from_mins(1)).await;
        assert_eq!(service.attempts.get(), 1003, "nobody is left who would try");
        (0..60).for_each(|_| budget.record_first_success());
        assert_eq!(tokens(&budget), 42);
        assert!(budget.is_at_rest(), "no retry under way, no line, no news");
    });
}

#[test]
fn whoever_is_dropped_after_it_was_handed_tokens_hands_them_on() {
    on_virtual_time(2, async {
        let (service, budget) =
            (Service::new(millis(20), |request| request.attempt == 1), Rc::new(Budget::credit_of(14)));
        let mut calls = [0, 1, 2].map(|_| Some(Box::pin(call(service.clone(), budget.clone()))));
        for wait in [20, 100] {
            for call in calls.iter_mut().flatten() {
                assert!(poll(call).is_pending());
            }
            sleep(millis(wait)).await;
        }
        let [first, second, third] = calls.each_mut().map(Option::as_mut);
        let (first, second, third) = (first.unwrap(), second.unwrap(), third.unwrap());
        assert!(poll(first).is_pending(), "its retry runs");
        assert!(poll(second).is_pending() && poll(third).is_pending(), "they stand in line");
        sleep(millis(20)).await;
        assert_eq!(poll(first), Poll::Ready(Ok(())));
        assert_eq!(tokens(&budget), 21 - 14, "the second was handed a retry");
        calls[1] = None;
        assert_eq!(tokens(&budget), 21 - 14, "and has handed it to the third");
        assert_eq!(calls[2].take().unwrap().await, Ok(()));
        assert_eq!(service.attempts.get(), 3 + 1 + 1);
    });
}

#[derive(Debug, PartialEq)]
struct Explained(StopReason, Option<String>);

impl retry_runtime::Classify for Explained {
    fn class(&self) -> retry_runtime::Class {
        retry_runtime::Class::Timeout
    }
}

fn explain(attempt: &Attempt, _: Explained) -> Result<(), Explained> {
    Err(Explained(attempt.stop_reason(), attempt.budget_denial().map(|denial| denial.to_string())))
}

#[retry(
    max_attempts = 3, retry_on = Timeout, backoff = fixed(100ms), jitter = none, deadline = deadline, budget = budget,
    fallback = |attempt: &Attempt, error| { explain(attempt, error) },
)]
async fn explained(service: Rc<Service>, budget: Rc<Budget>, deadline: Duration) -> Result<(), Explained> {
    service.ask(1).await.map_err(|_| Explained(StopReason::Succeeded, None))
}

#[test]
fn a_denial_says_how_many_got_a_retry_and_how_long_it_waited() {
    on_virtual_time(4, async {
        let (service, budget) = (Service::new(millis(20), |_| true), Rc::new(Budget::credit()));
        let mut calls = JoinSet::new();
        let call = || explained(service.clone(), budget.clone(), Duration::from_mins(1));
        for _ in 0..50 {
            calls.spawn_local(call());
            sleep(millis(10)).await;
        }
        let mut last = spawn_local(call());
        // Newer calls fail too, so it does not wait for the end of the outage.
        while !last.is_finished() {
            calls.spawn_local(call());
            sleep(millis(10)).await;
        }
        let Explained(reason, text) = (&mut last).await.unwrap().unwrap_err();
        assert_eq!(
            (reason, text.as_deref()),
            (StopReason::Budget, Some("4 of 66 calls got one, waited 100ms in line"))
        );
    });
}

#[test]
fn the_deadline_ends_the_wait_with_its_own_reason() {
    on_virtual_time(5, async {
        let (service, budget) = (Service::new(millis(20), |_| true), Rc::new(Budget::credit_of(14)));
        let credit = budget.waiting_credit(3).unwrap();
        assert!(credit.start(), "a retry that never ends, so nobody leaves for bad news");
        let begin = Instant::now();
        let ended = explained(service, budget.clone(), millis(400)).await.unwrap_err();
        assert_eq!((ended.0, begin.elapsed()), (StopReason::Deadline, millis(400)));
    });
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = budget, context = attempt)]
async fn hangs_later(budget: Rc<Budget>) -> Result<(), Fault> {
    if attempt.number() == 1 { Err(Fault::Timeout) } else { std::future::pending().await }
}

#[test]
fn no_call_waits_longer_than_its_budget_says() {
    on_virtual_time(6, async {
        for (budget, longest) in [(Budget::credit_of(14), 30), (Budget::credit_of(14).wait(Duration::from_secs(2)), 2)]
        {
            let budget = Rc::new(budget);
            assert!(budget.waiting_credit(3).unwrap().start(), "a retry that never ends");
            // Some go while nothing is heard, and hang too.
            let _heads: Vec<_> = (0..20).map(|_| spawn_local(hangs_later(budget.clone()))).collect();
            sleep(millis(1)).await;
            let (service, begin) = (Service::new(millis(20), |_| true), Instant::now());
            let ended = explained(service, budget, Duration::from_mins(10)).await.unwrap_err();
            assert_eq!(ended.0, StopReason::Budget);
            let (held, longest) = (begin.elapsed(), Duration::from_secs(longest));
            assert!(held > longest && held <= longest + 3 * millis(20 + 100), "{held:?}");
        }
    });
}

#[test]
fn without_a_wait_an_empty_budget_denies_at_once() {
    on_virtual_time(7, async {
        let (service, budget) = (Service::new(millis(20), |_| true), Rc::new(Budget::credit_of(14).without_wait()));
        let _ = explained(service.clone(), budget.clone(), Duration::from_mins(1)).await;
        let begin = Instant::now();
        let ended = explained(service, budget, Duration::from_mins(1)).await.unwrap_err();
        assert_eq!((ended.0, begin.elapsed()), (StopReason::Budget, millis(20)));
        assert_eq!(ended.1.as_deref(), Some("1 of 3 calls got one"));
    });
}
