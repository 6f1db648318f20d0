//! Outcomes of the two attempts, and what follows them.

use std::time::Duration;

use retry_runtime::{Budget, StopReason};
use retry_tests::Fault;
use tokio::time::{Instant, timeout};

use crate::hedge::{MS, Server, operation};

const SECOND: Duration = Duration::from_secs(1);

#[tokio::test(start_paused = true)]
async fn a_slow_first_attempt_is_joined_by_exactly_one() {
    operation!(ask, max_attempts = 5);
    let budget = Budget::credit();
    for _ in 0..10 {
        ask(&Server::quick(), &budget).await.unwrap();
    }
    let (server, begun) = (Server::new(&[(1000, Ok(1)), (900, Ok(2)), (900, Ok(3))]), Instant::now());
    assert_eq!(ask(&server, &budget).await, Ok(1), "the hedge is even slower");
    assert_eq!((server.begun.get(), server.dropped(), begun.elapsed()), (2, vec![2], SECOND));
    assert_eq!(server.running.get(), 0, "it is dropped before the call returns");
}

#[tokio::test(start_paused = true)]
async fn the_first_outcome_ends_the_call_and_drops_the_other_attempt() {
    operation!(ask);
    let budget = Budget::credit();
    ask(&Server::quick(), &budget).await.unwrap();
    let (server, begun) = (Server::slow_first(), Instant::now());
    assert_eq!(ask(&server, &budget).await, Ok(2));
    assert_eq!((server.begun.get(), server.dropped(), begun.elapsed()), (2, vec![1], 110 * MS));
    assert_eq!(server.running.get(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_fast_first_attempt_is_alone() {
    operation!(ask);
    let (budget, server) = (Budget::credit(), Server::new(&[(0, Ok(0)), (99, Ok(1)), (99, Ok(2))]));
    for answer in 0..3 {
        assert_eq!(ask(&server, &budget).await, Ok(answer));
    }
    assert_eq!(server.begun.get(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_is_not_retried_ends_the_call() {
    operation!(ask);
    let budget = Budget::credit();
    for (first, second, dropped) in [(1000, 10, 1), (150, 1000, 2)] {
        ask(&Server::quick(), &budget).await.unwrap();
        let server = Server::new(&[(first, Err(Fault::Bad)), (second, Err(Fault::Bad))]);
        assert_eq!(ask(&server, &budget).await, Err(Fault::Bad));
        assert_eq!((server.begun.get(), server.dropped()), (2, vec![dropped]));
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_that_is_retried_waits_for_the_other_attempt() {
    operation!(ask);
    let budget = Budget::credit();
    let timeout = || Err(Fault::Timeout);
    for (first, hedge) in [((150, timeout()), (200, Ok(2))), ((400, Ok(2)), (50, timeout()))] {
        ask(&Server::quick(), &budget).await.unwrap();
        let server = Server::new(&[first, hedge]);
        assert_eq!(ask(&server, &budget).await, Ok(2));
        assert_eq!((server.begun.get(), server.dropped()), (2, vec![]));
    }
    assert_eq!(budget.left(3, || retry_runtime::Moment::ORIGIN), 42, "nothing was withdrawn");
}

#[tokio::test(start_paused = true)]
async fn both_failures_are_two_attempts() {
    operation!(ask, backoff = exp(1s, 10s));
    let (budget, timeout) = (Budget::credit(), || Err(Fault::Timeout));
    for _ in 0..10 {
        ask(&Server::quick(), &budget).await.unwrap();
    }
    for (first, hedge) in [(150, 200), (400, 50)] {
        let answers = [(first, timeout()), (hedge, timeout()), (500, Ok(3)), (500, Ok(4))];
        let (server, begun) = (Server::new(&answers), Instant::now());
        assert_eq!(ask(&server, &budget).await, Ok(3));
        assert_eq!(server.begun.get(), 3);
        let failed = Duration::from_millis(first.max(100 + hedge));
        assert_eq!(begun.elapsed(), failed + 2 * SECOND + 500 * MS, "the delay is that of the second retry");
    }
    ask(&Server::quick(), &budget).await.unwrap();
    let server = Server::new(&[(150, timeout()), (200, timeout()), (500, timeout())]);
    assert_eq!(ask(&server, &budget).await, Err(Fault::Timeout));
    assert_eq!(server.begun.get(), 3, "both count in `max_attempts`");
}

#[tokio::test(start_paused = true)]
async fn no_hedge_joins_a_retry() {
    operation!(ask, max_attempts = 5, backoff = none);
    let budget = Budget::credit();
    for _ in 0..10 {
        ask(&Server::quick(), &budget).await.unwrap();
    }
    let fast_failure = Server::new(&[(0, Err(Fault::Timeout)), (1000, Ok(2)), (10, Ok(3))]);
    assert_eq!(ask(&fast_failure, &budget).await, Ok(2));
    assert_eq!(fast_failure.begun.get(), 2);
    let timeout = || Err(Fault::Timeout);
    let both_failed = Server::new(&[(150, timeout()), (100, timeout()), (1000, Ok(3)), (10, Ok(4))]);
    assert_eq!(ask(&both_failed, &budget).await, Ok(3));
    assert_eq!(both_failed.begun.get(), 3);
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_its_own_timeout() {
    operation!(ask, attempt_timeout = 300ms, max_attempts = 2);
    let budget = Budget::credit();
    ask(&Server::quick(), &budget).await.unwrap();
    let (server, begun) = (Server::new(&[(1000, Ok(1)), (290, Ok(2))]), Instant::now());
    assert_eq!(ask(&server, &budget).await, Ok(2), "its time begins with it");
    assert_eq!((begun.elapsed(), server.dropped()), (390 * MS, vec![1]));
    ask(&Server::quick(), &budget).await.unwrap();
    let (server, begun) = (Server::new(&[(1000, Ok(1)), (1000, Ok(2))]), Instant::now());
    assert_eq!(ask(&server, &budget).await, Err(Fault::Stopped(StopReason::Attempts, 2)));
    assert_eq!((begun.elapsed(), server.dropped()), (400 * MS, vec![1, 2]));
    ask(&Server::quick(), &budget).await.unwrap();
    let server = Server::new(&[(200, Err(Fault::Timeout)), (1000, Ok(2))]);
    assert_eq!(ask(&server, &budget).await, Err(Fault::Timeout), "the last error that an attempt returned");
}

#[tokio::test(start_paused = true)]
async fn a_hedge_that_wins_gives_nothing_back() {
    operation!(ask);
    let (budget, left) = (Budget::credit(), |budget: &Budget| budget.left(3, || retry_runtime::Moment::ORIGIN));
    ask(&Server::quick(), &budget).await.unwrap();
    let failing = Server::new(&[(0, Err(Fault::Timeout)), (0, Err(Fault::Bad))]);
    ask(&failing, &budget).await.unwrap_err();
    assert_eq!(left(&budget), 28);
    assert_eq!(ask(&Server::slow_first(), &budget).await, Ok(2));
    assert_eq!(left(&budget), 28);
    ask(&Server::quick(), &budget).await.unwrap();
    assert_eq!(left(&budget), 29);
    let server = Server::new(&[(200, Ok(1)), (1000, Ok(2))]);
    assert_eq!(ask(&server, &budget).await, Ok(1));
    assert_eq!((left(&budget), server.begun.get()), (30, 2), "the first attempt succeeded");
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_dropped_drops_both() {
    operation!(ask);
    let budget = Budget::credit();
    for (after, dropped) in [(50, vec![1]), (150, vec![1, 2])] {
        ask(&Server::quick(), &budget).await.unwrap();
        let server = Server::new(&[(1000, Ok(1)), (1000, Ok(2))]);
        timeout(Duration::from_millis(after), ask(&server, &budget)).await.unwrap_err();
        assert_eq!((server.dropped(), server.running.get()), (dropped, 0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_is_cancelled_drops_both() {
    operation!(ask, cancel = tokio::time::sleep(150 * MS));
    let budget = Budget::credit();
    ask(&Server::quick(), &budget).await.unwrap();
    let (server, begun) = (Server::new(&[(1000, Ok(1)), (1000, Ok(2))]), Instant::now());
    assert_eq!(ask(&server, &budget).await, Err(Fault::Stopped(StopReason::Cancelled, 2)));
    assert_eq!((begun.elapsed(), server.running.get(), server.dropped().len()), (150 * MS, 0, 2));
}
