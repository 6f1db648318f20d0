//! `mode`: in a transaction, and in steps.

use retry_idempotency::idempotent;
use retry_idempotency::protocol::{Ack, Transition};
use retry_idempotency::{BlockingStore, OnceError};

use crate::idempotent::shop::{Order, Paid, PayError, Shop, order};

/// The memory store has no transactions: what stands for one here is its own step that finishes.
#[idempotent(store = shop.store, key = order.id, mode = in_transaction, claim = claim)]
async fn in_transaction(shop: &Shop, order: &Order, commits: bool) -> Paid {
    let number = shop.charge();
    if commits {
        let completion = claim.completion(&number)?;
        let finish = Transition::Finish { result: completion.result(), keep: std::time::Duration::from_mins(1) };
        let kept = shop.store.transition_blocking(claim.lease(), finish).map_err(OnceError::from)?;
        claim.completed(u64::from(kept == Ack::Applied))?;
    }
    Ok(number)
}

#[idempotent(store = shop.store, key = order.id, mode = in_transaction, claim = claim)]
fn in_transaction_blocking(shop: &Shop, order: &Order) -> Paid {
    let _ = claim.key("charge");
    shop.charge();
    Err(PayError::Timeout)
}

#[idempotent(store = shop.store, key = order.id, mode = steps, claim = claim)]
async fn in_steps(shop: &Shop, order: &Order, fails: bool) -> Paid {
    let charged = claim.step("charge", async |_key| Ok::<_, PayError>(shop.charge())).await?;
    if fails {
        return Err(PayError::Timeout);
    }
    Ok(charged * 10)
}

#[idempotent(store = shop.store, key = order.id, mode = steps, claim = claim)]
fn in_steps_blocking(shop: &Shop, order: &Order, fails: bool) -> Paid {
    let charged = claim.step_blocking("charge", |_key| Ok::<_, PayError>(shop.charge()))?;
    if fails { Err(PayError::Timeout) } else { Ok(charged * 10) }
}

#[tokio::test(start_paused = true)]
async fn a_transaction_completes_the_key() {
    let (shop, first, second) = (Shop::new(), order(), order());
    assert_eq!(in_transaction(&shop, &first, true).await.unwrap(), 1);
    assert_eq!(in_transaction(&shop, &first, true).await.unwrap(), 1);
    let not_completed = in_transaction(&shop, &second, false).await;
    assert!(matches!(not_completed, Err(PayError::Once(OnceError::NotCompleted))), "{not_completed:?}");
}

/// A rolled-back effect has not happened: the next use is a first use.
#[test]
fn a_transaction_that_fails_forgets_the_key() {
    let (shop, order) = (Shop::new(), order());
    for _ in 0..2 {
        assert!(matches!(in_transaction_blocking(&shop, &order), Err(PayError::Timeout)));
    }
    assert_eq!(shop.effects(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_step_that_is_recorded_does_not_run_again() {
    let (shop, order) = (Shop::new(), order());
    assert!(matches!(in_steps(&shop, &order, true).await, Err(PayError::Timeout)));
    assert_eq!(in_steps(&shop, &order, false).await.unwrap(), 10);
    assert_eq!(shop.effects(), 1);
}

#[test]
fn a_blocking_step_that_is_recorded_does_not_run_again() {
    let (shop, order) = (Shop::new(), order());
    assert!(matches!(in_steps_blocking(&shop, &order, true), Err(PayError::Timeout)));
    assert_eq!(in_steps_blocking(&shop, &order, false).unwrap(), 10);
    assert_eq!(shop.effects(), 1);
}
