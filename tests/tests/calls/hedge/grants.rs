//! Hedges that are refused, and what they hold.

use std::time::Duration;

use retry_runtime::breaker::State;
use retry_runtime::{Breaker, Budget, Concurrency, Moment, Pace, RateLimit, TaskBudget, retry, testing};
use retry_tests::Fault;
use tokio::time::sleep;

use crate::hedge::{MS, Server, operation};

const SECOND: Duration = Duration::from_secs(1);

/// Returns the attempts of a call whose first one takes a second.
async fn attempts<F: Future<Output = Result<u32, Fault>>>(call: impl FnOnce(&'static Server) -> F) -> u32 {
    let server = Box::leak(Box::new(Server::new(&[(1000, Ok(1)), (2000, Ok(2))])));
    assert_eq!(call(server).await, Ok(1));
    server.begun.get()
}

#[tokio::test(start_paused = true)]
async fn a_hedge_needs_a_token_of_its_own_bucket() {
    #[retry(retry_on = Timeout, budget = budget, hedge = after(100ms))]
    async fn ask(server: &Server, budget: &Budget) -> Result<u32, Fault> {
        server.answer().await
    }
    let budget = Budget::credit();
    assert_eq!(attempts(|server| ask(server, &budget)).await, 1, "it starts empty");
    for _ in 0..7 {
        ask(&Server::quick(), &budget).await.unwrap();
    }
    assert_eq!(attempts(|server| ask(server, &budget)).await, 1, "a call without a hedge adds a ninth");
    assert_eq!(attempts(|server| ask(server, &budget)).await, 2);
    assert_eq!(attempts(|server| ask(server, &budget)).await, 1, "it took the token");
    for _ in 0..100 {
        ask(&Server::quick(), &budget).await.unwrap();
    }
    let mut hedged = Vec::new();
    for _ in 0..5 {
        hedged.push(attempts(|server| ask(server, &budget)).await);
    }
    assert_eq!(hedged, [2, 2, 2, 1, 1], "three at once");
}

#[tokio::test(start_paused = true)]
async fn two_retries_must_be_left_in_the_budget() {
    operation!(ask);
    for (rest, hedged) in [(27, 1), (28, 2)] {
        let budget = Budget::credit_of(rest);
        ask(&Server::quick(), &budget).await.unwrap();
        assert_eq!(attempts(|server| ask(server, &budget)).await, hedged, "{rest}");
        assert_eq!(budget.left(3, || Moment::ORIGIN), u64::from(rest), "it is asked and not drawn");
    }
    let ratio = Budget::ratio(0.1, 10 * SECOND);
    assert_eq!(attempts(|server| ask(server, &ratio)).await, 1, "its reserve is one retry");
}

#[tokio::test(start_paused = true)]
async fn a_hedge_needs_time_before_the_deadline() {
    operation!(ask, deadline = 150ms, backoff = none);
    operation!(ask_longer, deadline = 250ms, backoff = none);
    let budget = Budget::credit();
    ask(&Server::quick(), &budget).await.unwrap();
    ask_longer(&Server::quick(), &budget).await.unwrap();
    assert_eq!(attempts(|server| ask(server, &budget)).await, 1);
    assert_eq!(attempts(|server| ask_longer(server, &budget)).await, 2);
}

#[tokio::test(start_paused = true)]
async fn a_hedge_needs_an_attempt_that_is_left() {
    operation!(ask);
    let scope = testing::scope();
    let budget = Budget::credit();
    for (max_attempts, begun) in [(1, 1), (2, 2)] {
        scope.at_most(max_attempts);
        ask(&Server::quick(), &budget).await.unwrap();
        assert_eq!(attempts(|server| ask(server, &budget)).await, begun);
    }
}

#[retry(retry_on = (Timeout, Throttled), budget = none, pace = pace, hedge = after(100ms, at_most = 0.5))]
async fn paced(server: &Server, pace: &Pace) -> Result<u32, Fault> {
    server.answer().await
}

/// Fails in a way that holds all callers of the pace.
#[retry(retry_on = Timeout, budget = none, pace = pace)]
async fn reject(pace: &Pace) -> Result<u32, Fault> {
    Err(Fault::Busy(10 * SECOND))
}

#[tokio::test(start_paused = true)]
async fn none_joins_while_a_pace_is_held() {
    let pace = Pace::new();
    paced(&Server::quick(), &pace).await.unwrap();
    assert_eq!(attempts(|server| paced(server, &pace)).await, 2);
    paced(&Server::quick(), &pace).await.unwrap();
    let holds = async {
        sleep(50 * MS).await;
        reject(&pace).await.unwrap_err();
    };
    let (begun, ()) = tokio::join!(attempts(|server| paced(server, &pace)), holds);
    assert_eq!(begun, 1);
}

#[retry(retry_on = Timeout, budget = none, rate_limit = limit, hedge = after(100ms, at_most = 0.5))]
async fn limited(server: &Server, limit: &RateLimit) -> Result<u32, Fault> {
    server.answer().await
}

#[tokio::test(start_paused = true)]
async fn a_hedge_waits_for_no_rate_limit() {
    for (limit, begun) in [(RateLimit::per_second(100), 2), (RateLimit::per_second(2), 1)] {
        limited(&Server::quick(), &limit).await.unwrap();
        assert_eq!(attempts(|server| limited(server, &limit)).await, begun);
    }
}

#[retry(retry_on = Timeout, budget = none, concurrency = limit, hedge = after(100ms, at_most = 0.5))]
async fn placed(server: &Server, limit: &Concurrency) -> Result<u32, Fault> {
    server.answer().await
}

#[tokio::test(start_paused = true)]
async fn a_hedge_waits_for_no_place_and_gives_its_own_back() {
    for (places, begun) in [(1, 1), (2, 2)] {
        let limit = Concurrency::new(places);
        placed(&Server::quick(), &limit).await.unwrap();
        assert_eq!(attempts(|server| placed(server, &limit)).await, begun);
        assert_eq!(limit.in_use(), 0);
    }
    let limit = Concurrency::new(2);
    placed(&Server::quick(), &limit).await.unwrap();
    let other = Server::new(&[(300, Ok(0))]);
    let (begun, other) = tokio::join!(attempts(|server| placed(server, &limit)), placed(&other, &limit));
    assert_eq!((begun, other), (1, Ok(0)), "nor for one that is soon free");
    let limit = Concurrency::new(2);
    placed(&Server::quick(), &limit).await.unwrap();
    let server = Server::new(&[(1000, Ok(1)), (500, Err(Fault::Timeout))]);
    let looks = async {
        let mut seen = Vec::new();
        for wait in [50, 100, 400, 100, 400] {
            sleep(wait * MS).await;
            seen.push(limit.in_use());
        }
        seen
    };
    let (answer, seen) = tokio::join!(placed(&server, &limit), looks);
    assert_eq!((answer, seen, limit.in_use()), (Ok(1), vec![1, 2, 2, 1, 0], 0));
    let server = Server::new(&[(1000, Ok(1)), (1000, Ok(1))]);
    placed(&Server::quick(), &limit).await.unwrap();
    tokio::time::timeout(500 * MS, placed(&server, &limit)).await.unwrap_err();
    assert_eq!((server.begun.get(), limit.in_use()), (2, 0), "also when the call is dropped");
}

#[retry(retry_on = Timeout, budget = none, backoff = none, breaker = breaker, hedge = after(100ms, at_most = 0.5))]
async fn guarded(server: &Server, breaker: &Breaker) -> Result<u32, Fault> {
    server.answer().await
}

#[tokio::test(start_paused = true)]
async fn none_joins_unless_the_breaker_is_closed() {
    let breaker = Breaker::new().window_calls(4).minimum_calls(2);
    guarded(&Server::quick(), &breaker).await.unwrap();
    assert_eq!(attempts(|server| guarded(server, &breaker)).await, 2);
    guarded(&Server::quick(), &breaker).await.unwrap();
    guarded(&Server::new(&[(0, Err(Fault::Timeout)), (0, Err(Fault::Timeout)), (0, Ok(1))]), &breaker).await.ok();
    guarded(&Server::new(&[(0, Err(Fault::Timeout)), (0, Err(Fault::Timeout)), (0, Ok(1))]), &breaker).await.ok();
    assert_eq!(breaker.state(), State::Open);
    sleep(3 * SECOND).await;
    assert_eq!(attempts(|server| guarded(server, &breaker)).await, 1, "it is a probe");
    assert_eq!(breaker.state(), State::HalfOpen);
}

#[tokio::test(start_paused = true)]
async fn the_breaker_counts_what_ended_and_not_the_loser() {
    let breaker = Breaker::new().window_calls(10).minimum_calls(10);
    let counts = |breaker: &Breaker| {
        let counts = breaker.counts(Moment::ORIGIN);
        (counts.calls(), counts.failed())
    };
    guarded(&Server::quick(), &breaker).await.unwrap();
    assert_eq!(guarded(&Server::slow_first(), &breaker).await, Ok(2));
    assert_eq!(counts(&breaker), (2, 0));
    guarded(&Server::quick(), &breaker).await.unwrap();
    let server = Server::new(&[(1000, Ok(1)), (100, Err(Fault::Timeout))]);
    assert_eq!(guarded(&server, &breaker).await, Ok(1));
    assert_eq!(counts(&breaker), (5, 1));
}

#[tokio::test(start_paused = true)]
async fn the_budget_of_a_task_is_drawn() {
    operation!(ask);
    let budget = Budget::credit();
    ask(&Server::quick(), &budget).await.unwrap();
    ask(&Server::quick(), &budget).await.unwrap();
    let task = TaskBudget::new(1);
    let hedged = task.scope(async {
        let first = attempts(|server| ask(server, &budget)).await;
        ask(&Server::quick(), &budget).await.unwrap();
        (first, attempts(|server| ask(server, &budget)).await)
    });
    assert_eq!(hedged.await, (2, 1));
}
