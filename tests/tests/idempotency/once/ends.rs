//! Final states of a key by the outcome of its body.

use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use futures_util::FutureExt;
use retry_idempotency::admin::KeyState;
use retry_idempotency::{Checked, MemoryStore, OnceError, StoreError, once};
use retry_runtime::Classify;
use serde::{Deserialize, Serialize};
use tokio::time::{advance, timeout};

use crate::once::shop::{KEEP, LEASE, PayError, Shop};

/// An error, and the state that it leaves: of a plain body, and in a transaction.
type Row = (fn() -> PayError, Option<KeyState>, Option<KeyState>);

/// The outcome of the body, and the state of the key by mode: plain, in a transaction.
#[tokio::test(start_paused = true)]
async fn what_a_failure_leaves() {
    use KeyState::{Finished, Interrupted};
    let rows: [Row; 6] = [
        (|| PayError::Timeout, Some(Interrupted), None),
        (|| PayError::Status(500), Some(Interrupted), None),
        (|| PayError::Connect, None, None),
        (|| PayError::Status(425), None, None),
        (|| PayError::Declined, Some(Finished), None),
        (|| PayError::Status(404), Some(Finished), None),
    ];
    for (error, plain, inside) in rows {
        let shop = Shop::new();
        let paid: Result<u32, _> = once(&shop, "order").run(async |_| Err(error())).await;
        assert_eq!(paid.unwrap_err().to_string(), error().to_string());
        assert_eq!(shop.state().await, plain, "{:?}", error());
        let shop = Shop::new();
        let paid: Result<u32, _> = once(&shop, "order").run_in(async |_| Err(error())).await;
        assert_eq!(paid.unwrap_err().to_string(), error().to_string());
        assert_eq!(shop.state().await, inside, "{:?} in a transaction", error());
    }
}

#[tokio::test(start_paused = true)]
async fn a_permanent_failure_is_answered_again() {
    let shop = Shop::new();
    let runs = AtomicU32::new(0);
    for _ in 0..2 {
        let paid: Result<u32, _> = once(&shop, "order")
            .run(async |_| {
                runs.fetch_add(1, Ordering::Relaxed);
                Err(PayError::Declined)
            })
            .await;
        assert!(matches!(paid, Err(PayError::Declined)));
    }
    assert_eq!(runs.load(Ordering::Relaxed), 1);
}

/// Derived, with a variant that nobody classified: what an author writes first.
#[derive(Debug, Classify, Serialize, Deserialize, thiserror::Error)]
enum FirstDraft {
    #[error("the database failed: {0}")]
    Database(String),
    #[error("declined")]
    #[classify(Permanent)]
    Declined,
    #[error(transparent)]
    Once(#[from] OnceError),
}

#[tokio::test(start_paused = true)]
async fn an_error_without_a_class_is_no_final_answer() {
    let shop = Shop::new();
    let pay = async |down: bool| {
        let body = async |_| if down { Err(FirstDraft::Database("no connection".into())) } else { Ok(31) };
        once(&shop, "order").run_in(body).await
    };
    assert!(matches!(pay(true).await, Err(FirstDraft::Database(_))));
    assert_eq!(shop.state().await, None, "nothing was committed");
    assert!(matches!(pay(false).await, Err(FirstDraft::Once(OnceError::NotCompleted))), "the body has run");

    for (error, state) in [
        (FirstDraft::Database("cut".into()), KeyState::Interrupted),
        (FirstDraft::Once(OnceError::Store(StoreError::Lost)), KeyState::Interrupted),
        (FirstDraft::Declined, KeyState::Finished),
    ] {
        let shop = Shop::new();
        once(&shop, "order").run(async |_| Err::<u32, _>(error)).await.unwrap_err();
        assert_eq!(shop.state().await, Some(state));
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_says_so_forgets_the_key() {
    let shop = Shop::new();
    let paid = once(&shop, "order").run(async |claim| {
        claim.nothing_happened();
        Err::<u32, _>(PayError::Timeout)
    });
    paid.await.unwrap_err();
    assert_eq!(shop.state().await, None);
}

/// Neither run again nor forgotten.
#[tokio::test(start_paused = true)]
async fn a_drop_and_a_panic_leave_the_key_open() {
    let shop = Shop::new();
    let endless = once(&shop, "order").run(async |_| pending::<Result<u32, PayError>>().await);
    timeout(Duration::from_secs(1), endless).await.unwrap_err();
    let again = once(&shop, "order").run(async |_| Ok::<_, PayError>(1)).await;
    assert!(matches!(again, Err(PayError::Once(OnceError::InFlight { .. }))), "{again:?}");
    advance(LEASE).await;
    let again = once(&shop, "order").run(async |_| Ok::<_, PayError>(1)).await;
    assert!(matches!(again, Err(PayError::Once(OnceError::Interrupted { runs: 1 }))), "{again:?}");

    let shop = Shop::new();
    let panics = once(&shop, "order").run(async |_| -> Result<u32, PayError> { panic!("midway") });
    std::panic::AssertUnwindSafe(panics).catch_unwind().await.unwrap_err();
    assert_eq!(shop.state().await, Some(KeyState::InFlight));
    advance(LEASE).await;
    assert_eq!(shop.state().await, Some(KeyState::Interrupted));
}

/// Leaves the key of a plain body open.
async fn cut_off(shop: &Shop) {
    let paid: Result<u32, _> = once(shop, "order").run(async |_| Err(PayError::Timeout)).await;
    paid.unwrap_err();
}

#[tokio::test(start_paused = true)]
async fn what_was_cut_off_goes_on_where_that_is_said() {
    let shop = Shop::new();
    cut_off(&shop).await;
    let refused = once(&shop, "order").run(async |_| Ok::<_, PayError>(1)).await;
    assert!(matches!(refused, Err(PayError::Once(OnceError::Interrupted { .. }))));
    let again = once(&shop, "order").rerun().run(async |claim| Ok::<_, PayError>(claim.run())).await;
    assert_eq!(again.unwrap(), 2);
    assert_eq!(shop.state().await, Some(KeyState::Finished));
}

#[tokio::test(start_paused = true)]
async fn who_looks_decides() {
    let body = async |_| Ok::<_, PayError>(1);
    let shop = Shop::new();
    cut_off(&shop).await;
    let unknown = once(&shop, "order").check(async |_| Ok(Checked::Unknown)).run(body).await;
    assert!(matches!(unknown, Err(PayError::Once(OnceError::Interrupted { runs: 2 }))), "{unknown:?}");
    assert_eq!(shop.state().await, Some(KeyState::Interrupted));

    let blind = once(&shop, "order").check(async |_| Err(PayError::Declined)).run(body).await;
    assert!(matches!(blind, Err(PayError::Declined)));
    assert_eq!(shop.state().await, Some(KeyState::Interrupted), "an error of who looks is no result");

    let done = once(&shop, "order").check(async |_| Ok(Checked::Done(7))).run(body).await;
    assert_eq!(done.unwrap(), 7);
    assert_eq!(once(&shop, "order").run(body).await.unwrap(), 7, "it is the result");

    let shop = Shop::new();
    cut_off(&shop).await;
    let not_done = once(&shop, "order").check(async |_| Ok(Checked::NotDone)).run(body).await;
    assert_eq!(not_done.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn without_complete_the_key_stays_open() {
    let shop = Shop::new();
    let paid = once(&shop, "order").run_in(async |_| Ok::<_, PayError>(1)).await;
    assert!(matches!(paid, Err(PayError::Once(OnceError::NotCompleted))));
    assert_eq!(shop.state().await, Some(KeyState::InFlight));
    let lost = once(&shop, "other").run_in(async |claim| {
        claim.completed(0)?;
        Ok::<_, PayError>(1)
    });
    assert!(matches!(lost.await, Err(PayError::Once(OnceError::Lost))));
}

#[tokio::test(start_paused = true)]
async fn another_payload_is_refused() {
    let shop = Shop::new();
    let body = async |_| Ok::<_, PayError>(1);
    once(&shop, "order").fingerprint(&31).run(body).await.unwrap();
    for other in [once(&shop, "order").fingerprint(&32), once(&shop, "order")] {
        assert!(matches!(other.run(body).await, Err(PayError::Once(OnceError::Mismatch))));
    }
    once(&shop, "bare").run(body).await.unwrap();
    let other = once(&shop, "bare").fingerprint(&31).run(body).await;
    assert!(matches!(other, Err(PayError::Once(OnceError::Mismatch))), "{other:?}");
    once(&shop, "order").scope("another client").fingerprint(&32).run(body).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_result_of_another_type_is_never_run() {
    let shop = Shop::new();
    once(&shop, "order").run(async |_| Ok::<_, PayError>("paid".to_owned())).await.unwrap();
    let ran = once(&shop, "order").rerun().run(async |_| -> Result<u32, PayError> { panic!("it runs") }).await;
    assert!(matches!(ran, Err(PayError::Once(OnceError::Unreadable { .. }))));
}

#[tokio::test(start_paused = true)]
async fn a_result_is_kept_from_its_end() {
    let shop = Shop::new();
    let pay = || {
        once(&shop, "order").run(async |claim| {
            tokio::time::sleep(LEASE * 4).await;
            Ok::<_, PayError>(claim.token())
        })
    };
    let first = pay().await.unwrap();
    advance(KEEP.checked_sub(Duration::from_micros(1)).unwrap()).await;
    assert_eq!(pay().await.unwrap(), first);
    advance(Duration::from_micros(1)).await;
    assert!(pay().await.unwrap() > first);
}

#[tokio::test(start_paused = true)]
async fn a_result_above_the_limit_leaves_the_key_open() {
    let store = MemoryStore::new(10).with_result_limit(100);
    let long = "x".repeat(100);
    let paid = once(&store, "plain").run(async |_| Ok::<_, PayError>(long.clone())).await;
    let Err(PayError::Once(error @ OnceError::ResultTooLarge { length: 112, limit: 100 })) = paid else {
        panic!("{paid:?}")
    };
    assert!(error.to_string().starts_with("the result has 112 bytes, and the store records 100 at most; "), "{error}");
    assert!(!error.is_final(), "the effect was made");
    let paid: Result<String, PayError> = once(&store, "plain").run(async |_| panic!("it is not run again")).await;
    assert!(matches!(paid, Err(PayError::Once(OnceError::Interrupted { runs: 1 }))), "{paid:?}");

    // What is to be committed with it is rolled back.
    let paid = once(&store, "inside")
        .run_in(async |claim| {
            claim.completion(&long)?;
            Ok::<_, PayError>(long.clone())
        })
        .await;
    assert!(matches!(paid, Err(PayError::Once(OnceError::ResultTooLarge { .. }))), "{paid:?}");
}

#[tokio::test(start_paused = true)]
async fn the_results_of_all_steps_are_bounded_together() {
    let store = MemoryStore::new(10).with_result_limit(100);
    let paid: Result<u32, PayError> = once(&store, "order")
        .run_steps(async |claim| {
            for (name, length) in [("first", 30), ("second", 30), ("third", 30)] {
                let value: String = claim.step(name, async |_| Ok::<_, PayError>("x".repeat(length))).await?;
                assert_ne!(name, "third", "{value}");
            }
            Ok(1)
        })
        .await;
    let Err(PayError::Once(OnceError::ResultTooLarge { length: 126, limit: 100 })) = paid else { panic!("{paid:?}") };
}
