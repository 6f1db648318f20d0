//! Tests of the checkout, as its team writes them: no server, no sleep, and all at the same time.

use std::time::Duration;

use checkout::{Order, Outcome, PAYMENTS, Receipt, ServiceError, checkout, pay};
use retry_runtime::breaker::State;
use retry_runtime::testing::{self, Scope, operation};
use retry_runtime::{StopReason, propagate};

fn order() -> Order {
    Order { item: "tea".into(), cents: 350 }
}

#[tokio::test]
async fn a_service_that_stumbles_twice_is_paid_all_the_same() {
    let scope = testing::scope();
    scope.fail("checkout::pay", [ServiceError::Timeout, ServiceError::Unavailable]);
    assert_eq!(checkout(&order()).await, Ok(Outcome::Paid(Receipt { cents: 350 })));
    scope.assert("checkout::pay").attempts(3).recovered();
    scope.assert("checkout::stock").attempts(1).was_not_retried();
}

#[tokio::test]
async fn a_declined_card_is_charged_once() {
    let scope = testing::scope();
    scope.fail("checkout::pay", [ServiceError::Declined]);
    assert_eq!(checkout(&order()).await, Err(ServiceError::Declined));
    scope.assert("checkout::pay").was_not_retried().gave_up(StopReason::NotRetryable);
}

#[tokio::test]
async fn what_is_sold_out_is_not_charged() {
    let scope = testing::scope();
    scope.answer("checkout::stock", [Ok::<u32, ServiceError>(0)]);
    assert_eq!(checkout(&order()).await, Ok(Outcome::SoldOut));
    scope.assert(operation!(pay)).never_called();
}

#[tokio::test]
async fn a_warehouse_that_is_down_stops_nobody() {
    let scope = testing::scope();
    scope.fail("checkout::stock", [ServiceError::Unavailable, ServiceError::Unavailable]);
    assert_eq!(checkout(&order()).await, Ok(Outcome::Paid(Receipt { cents: 350 })));
    scope.assert("checkout::stock").attempts(2).succeeded().waited(Duration::ZERO..=Duration::from_millis(50));
}

#[tokio::test]
async fn the_customer_never_waits_longer_than_the_deadline() {
    let scope = testing::scope();
    scope.fail("checkout::pay", [ServiceError::Timeout; 4]);
    assert_eq!(checkout(&order()).await, Ok(Outcome::TryLater));
    scope.assert("checkout::pay").attempts(4).waited(..Duration::from_secs(10));
    assert!(scope.elapsed() < Duration::from_secs(10), "although the test took no time");
}

#[tokio::test]
async fn a_dead_service_is_left_alone_for_half_a_minute() {
    let scope = testing::scope();
    scope.fail("checkout::pay", [ServiceError::Timeout; 6]);
    for _ in 0..3 {
        assert_eq!(checkout(&order()).await, Ok(Outcome::TryLater));
    }
    scope.assert("checkout::pay").call(3).attempts(0).gave_up(StopReason::Breaker);
    assert_eq!(scope.breaker(&PAYMENTS).state(), State::Open);
    scope.advance(Duration::from_mins(1));
    assert_eq!(checkout(&order()).await, Ok(Outcome::Paid(Receipt { cents: 350 })));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn spawned_tasks_are_inside_by_propagate() {
    let scope = Scope::new();
    scope.fail("checkout::pay", [ServiceError::Timeout; 2]);
    scope
        .run_async(async {
            let tasks = [(); 8].map(|()| tokio::spawn(propagate(async { checkout(&order()).await })));
            for task in tasks {
                assert!(matches!(task.await, Ok(Ok(Outcome::Paid(_)))));
            }
        })
        .await;
    scope.assert("checkout::pay").calls(8).attempts(10).succeeded();
}
