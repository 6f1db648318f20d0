//! Callers that go away: what ends a key goes on without them.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use retry_idempotency::admin::KeyState;
use retry_idempotency::once::drain;
use retry_idempotency::{OnceError, once};
use tokio::time::{sleep, timeout};

use crate::once::shop::{Fault, LEASE, PayError, Shop};

/// Polls a future until it waits, and drops it after `after`.
async fn drop_after<T>(after: Duration, future: impl Future<Output = T>) {
    assert!(timeout(after, future).await.is_err(), "it has ended before");
}

/// What the store has after all tasks have ended.
async fn state_at_last(shop: &Shop) -> Option<KeyState> {
    sleep(LEASE).await;
    shop.state().await
}

#[tokio::test(start_paused = true)]
async fn a_result_is_recorded_without_its_caller() {
    for away in [300, 1000, 6000].map(Duration::from_millis) {
        for fault in [Fault::Busy, Fault::Silent] {
            let ends: [(Result<u32, PayError>, _); 3] = [
                (Ok(31), Some(KeyState::Finished)),
                (Err(PayError::Declined), Some(KeyState::Finished)),
                (Err(PayError::Connect), None),
            ];
            for (end, state) in ends {
                let shop = Arc::new(Shop::new());
                let used = once(&shop, "order").run(async |_| {
                    shop.fail(fault);
                    end
                });
                drop_after(Duration::from_millis(100), used).await;
                sleep(away).await;
                shop.fail(Fault::None);
                assert_eq!(state_at_last(&shop).await, state, "{fault:?} for {away:?}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_claim_is_taken_back_without_its_caller() {
    for away in [300, 1000, 6000].map(Duration::from_millis) {
        let shop = Arc::new(Shop::new());
        // The claim is taken, and neither its answer nor anything else arrives.
        shop.fail(Fault::DeafAndSilent);
        let used = once(&shop, "order").run(async |_| -> Result<u32, PayError> { panic!("it runs") });
        drop_after(Duration::from_millis(100), used).await;
        assert_eq!(shop.state().await, Some(KeyState::InFlight));
        sleep(away).await;
        shop.fail(Fault::None);
        assert_eq!(state_at_last(&shop).await, None, "{away:?}");
    }
}

/// The caller is answered at once, and the claim taken back when the store can be reached again.
#[tokio::test(start_paused = true)]
async fn a_failed_claim_is_taken_back_when_the_store_is_there_again() {
    for away in [300, 1000, 6000].map(Duration::from_millis) {
        let shop = Arc::new(Shop::new());
        shop.fail(Fault::Deaf);
        let used = once(&shop, "order").run(async |_| Ok::<_, PayError>(31)).await;
        assert!(matches!(used, Err(PayError::Once(OnceError::Store(_)))), "{used:?}");
        assert_eq!(shop.state().await, Some(KeyState::InFlight));
        sleep(away).await;
        shop.fail(Fault::None);
        assert_eq!(state_at_last(&shop).await, None, "{away:?}");
    }
}

/// A claim that was sent on a connection that was given up may arrive after it was taken back.
#[tokio::test(start_paused = true)]
async fn a_claim_that_arrives_late_is_taken_back_too() {
    let shop = Arc::new(Shop::new());
    shop.fail(Fault::Late);
    let used = once(&shop, "order").run(async |_| Ok::<_, PayError>(31)).await;
    assert!(matches!(used, Err(PayError::Once(OnceError::Store(_)))), "{used:?}");
    shop.fail(Fault::None);
    sleep(Duration::from_millis(500)).await;
    shop.arrive().await;
    assert_eq!(shop.state().await, Some(KeyState::InFlight));
    assert_eq!(state_at_last(&shop).await, None);
}

/// A step that was to run at most once is not marked as begun if it did not begin.
#[tokio::test(start_paused = true)]
async fn a_step_that_did_not_begin_is_not_in_doubt() {
    let shop = Arc::new(Shop::new());
    let used = once(&shop, "order").run_steps(async |claim| {
        shop.fail(Fault::AnswersLost);
        claim.step_once("charge", async |_| -> Result<u32, PayError> { panic!("it runs") }).await
    });
    used.await.unwrap_err();
    shop.fail(Fault::None);
    sleep(LEASE).await;
    let again =
        once(&shop, "order").run_steps(async |claim| claim.step_once("charge", async |_| Ok::<_, PayError>(31)).await);
    assert_eq!(again.await.unwrap(), 31);
}

#[tokio::test(start_paused = true)]
async fn a_step_that_ended_is_recorded_without_its_caller() {
    let shop = Arc::new(Shop::new());
    let used = once(&shop, "order").run_steps(async |claim| {
        let charge = async |_| {
            shop.fail(Fault::Busy);
            Ok::<u32, PayError>(31)
        };
        claim.step_once("charge", charge).await
    });
    drop_after(Duration::from_millis(100), used).await;
    sleep(Duration::from_secs(6)).await;
    shop.fail(Fault::None);
    sleep(LEASE).await;
    let again = once(&shop, "order").run_steps(async |claim| {
        claim.step_once("charge", async |_| -> Result<u32, PayError> { panic!("it runs again") }).await
    });
    assert_eq!(again.await.unwrap(), 31);
}

/// The tasks can be waited for. Other tests of the process may have some too, so there are at least as many.
#[tokio::test(start_paused = true)]
async fn a_shutdown_can_wait_for_them() {
    let shop = Arc::new(Shop::new());
    let used = once(&shop, "order").run(async |_| {
        shop.fail(Fault::Busy);
        Ok::<_, PayError>(31)
    });
    drop_after(Duration::from_millis(100), used).await;
    let drain = drain();
    assert!(drain.in_flight() >= 1);
    let mut drained = pin!(drain.wait());
    let is_waiting = poll_fn(|cx| Poll::Ready(drained.as_mut().poll(cx).is_pending())).await;
    assert!(is_waiting);
    shop.fail(Fault::None);
    drained.await;
    assert_eq!(shop.state().await, Some(KeyState::Finished));
}

/// A store that is only borrowed has no task: the lease ends the key, as it does after a crash.
#[tokio::test(start_paused = true)]
async fn a_borrowed_store_is_left_alone() {
    let shop = Shop::new();
    let used = once(&shop, "order").run(async |_| {
        shop.fail(Fault::Busy);
        Ok::<_, PayError>(31)
    });
    drop_after(Duration::from_millis(100), used).await;
    shop.steps();
    sleep(LEASE).await;
    assert_eq!(shop.steps(), 0);
}
