//! Connections that fall silent: they stay open, and nothing passes any more.

use retry_idempotency::admin::Filter;
use retry_idempotency::protocol::{Ack, ClaimOutcome, HolderId, Id, Transition};
use retry_idempotency::{Admin, OnceError, once};
use retry_runtime::{Class, Classify};
use tokio::time::{sleep, timeout};

use crate::stores::harness::{EXTEND, finish, step};
use crate::stores::network::{Behind, POOL, STEP, on_postgres, on_redis};

/// One step fails, however many connections have fallen silent, and the next one is answered.
async fn each_step_fails_once<S: Admin>(behind: &Behind<S>) {
    for round in 0..2 {
        behind.proxy.silence_open();
        let (name, holder) = (behind.name(), HolderId::random());
        let (claimed, failures) = behind.until_answered(|| behind.claim(&name, holder)).await;
        assert!(matches!(claimed, ClaimOutcome::Run(_)), "{claimed:?}");
        assert_eq!(failures, 1, "of a claim in round {round}");
    }
    for change in [EXTEND, step("charge", b"7"), finish(b"paid"), Transition::Release, Transition::Forget] {
        let lease = behind.run().await;
        // Where an extension has a connection of its own, that one is open now.
        assert_eq!(behind.store.transition(&lease, EXTEND).await.unwrap(), Ack::Applied);
        behind.proxy.silence_open();
        let (ack, failures) = behind.until_answered(|| behind.store.transition(&lease, change)).await;
        assert_eq!((ack, failures), (Ack::Applied, 1), "{change:?}");
    }
    behind.proxy.silence_open();
    let (_, failures) = behind.until_answered(|| behind.store.list(Filter::default(), None, 9)).await;
    assert_eq!(failures, 1);
    behind.proxy.silence_open();
    let id = Id::new("silence", "order-0").unwrap();
    assert_eq!(behind.until_answered(|| behind.store.last_token(id)).await.1, 1);
}

#[test]
fn a_silent_postgres_costs_one_step() {
    on_postgres(STEP, each_step_fails_once);
}

#[test]
fn a_silent_redis_costs_one_step() {
    on_redis(STEP, each_step_fails_once);
}

/// Callers that give up before the timeout of the step do not keep the connection alive.
async fn a_dropped_step_is_not_asked_again<S: Admin>(behind: &Behind<S>) {
    let lease = behind.run().await;
    behind.proxy.silence_open();
    let (name, holder) = (behind.name(), HolderId::random());
    let mut dropped = 0;
    // Each of them finds a connection that has fallen silent, if there is another one.
    while timeout(STEP / 2, behind.claim(&name, holder)).await.is_err() {
        dropped += 1;
        assert!(dropped <= POOL, "the connections are used again");
    }
    assert!(dropped >= 1);
    assert_eq!(behind.store.transition(&lease, finish(b"paid")).await.unwrap(), Ack::Applied);
}

#[test]
fn a_connection_whose_caller_gave_up_is_not_used_again() {
    on_postgres(STEP, a_dropped_step_is_not_asked_again);
    on_redis(STEP, a_dropped_step_is_not_asked_again);
}

/// The server is silent as a whole, for some steps, and comes back.
async fn a_server_that_comes_back_is_found<S: Admin>(behind: &Behind<S>) {
    let lease = behind.run().await;
    behind.proxy.silence();
    for _ in 0..3 {
        let error = behind.store.transition(&lease, EXTEND).await.unwrap_err();
        assert_eq!(error.class(), Class::Timeout, "{error}");
        assert!(error.to_string().contains("no answer within"), "{error}");
    }
    behind.proxy.forward_new();
    let (ack, failures) = behind.until_answered(|| behind.store.transition(&lease, EXTEND)).await;
    assert_eq!(ack, Ack::Applied);
    assert!(failures <= 1, "{failures}");
}

#[test]
fn a_store_finds_its_server_again() {
    on_postgres(STEP, a_server_that_comes_back_is_found);
    on_redis(STEP, a_server_that_comes_back_is_found);
}

/// The body runs for longer than its lease, and all connections fall silent in it: at its begin, and at its end.
async fn a_body_keeps_its_key<S: Admin>(behind: &Behind<S>) {
    let (name, lease) = (behind.name(), STEP * 6);
    let paid = once(&*behind.store, &name).lease(lease).run(async |_| {
        behind.proxy.silence_open();
        sleep(lease * 3 / 2).await;
        behind.proxy.silence_open();
        Ok::<_, OnceError>(31)
    });
    assert_eq!(paid.await.unwrap(), 31);
    let again = once(&*behind.store, &name).run(async |_| Ok::<_, OnceError>(32));
    assert_eq!(again.await.unwrap(), 31);
}

#[test]
fn a_body_keeps_its_key_over_silent_connections() {
    on_postgres(STEP, a_body_keeps_its_key);
    on_redis(STEP, a_body_keeps_its_key);
}
