//! Beside `#[retry]`: the upper attribute is expanded first, so it is the inner one.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use retry_idempotency::idempotent;
use retry_runtime::retry;

use crate::idempotent::shop::{Order, Paid, PayError, Shop, order};

/// One use of the key, and several attempts inside it.
#[retry(retry_on = Timeout, backoff = none)]
#[idempotent(store = shop.store, key = order.id, claim = claim)]
async fn attempts_in_a_use(shop: &Shop, order: &Order, keys: &mut Vec<String>) -> Paid {
    keys.push(claim.key("charge"));
    let number = shop.charge();
    if number < 3 { Err(PayError::Timeout) } else { Ok(number) }
}

/// Several uses of the key, one after the other, until one is answered.
#[idempotent(store = shop.store, key = order.id)]
#[retry(retry_on = (Conflict, Connect), backoff = fixed(1s), jitter = none, max_attempts = 4, budget = none)]
async fn uses_in_a_retry(shop: &Shop, order: &Order, asked: &AtomicU32) -> Paid {
    asked.fetch_add(1, Ordering::Relaxed);
    tokio::time::sleep(Duration::from_millis(1500)).await;
    Ok(shop.charge())
}

#[retry(retry_on = Timeout, backoff = none)]
#[idempotent(store = shop.store, key = order.id)]
fn attempts_in_a_blocking_use(shop: &Shop, order: &Order) -> Paid {
    let number = shop.charge();
    if number < 3 { Err(PayError::Timeout) } else { Ok(number) }
}

#[idempotent(store = shop.store, key = order.id)]
#[retry(retry_on = Connect, backoff = none)]
fn blocking_uses_in_a_retry(shop: &Shop, order: &Order) -> Paid {
    let number = shop.charge();
    if number < 3 { Err(PayError::Connect) } else { Ok(number) }
}

#[tokio::test(start_paused = true)]
async fn the_attempts_of_one_use() {
    let (shop, order, mut keys) = (Shop::new(), order(), Vec::new());
    assert_eq!(attempts_in_a_use(&shop, &order, &mut keys).await.unwrap(), 3);
    assert_eq!(attempts_in_a_use(&shop, &order, &mut keys).await.unwrap(), 3);
    assert_eq!(keys.len(), 3);
    keys.dedup();
    assert_eq!(keys.len(), 1, "every attempt sends one key");
}

/// The second call meets the first one in flight, and asks again until that is finished; the body runs once.
#[tokio::test(start_paused = true)]
async fn uses_until_one_is_answered() {
    let (shop, order, asked) = (Shop::new(), order(), AtomicU32::new(0));
    let call = || uses_in_a_retry(&shop, &order, &asked);
    let (first, second) = tokio::join!(call(), call());
    assert_eq!((first.unwrap(), second.unwrap()), (1, 1));
    assert_eq!(asked.into_inner(), 1);
}

#[test]
fn blocking_functions_in_both_orders() {
    let (shop, order) = (Shop::new(), order());
    assert_eq!(attempts_in_a_blocking_use(&shop, &order).unwrap(), 3);
    let shop = Shop::new();
    assert_eq!(blocking_uses_in_a_retry(&shop, &order).unwrap(), 3);
    assert_eq!(blocking_uses_in_a_retry(&shop, &order).unwrap(), 3);
    assert_eq!(shop.effects(), 3);
}
