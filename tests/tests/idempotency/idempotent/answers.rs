//! Answers to a second use, by `fingerprint`, `duplicates` and `interrupted`.

use std::future::pending;
use std::time::Duration;

use retry_idempotency::idempotent;
use retry_idempotency::{Checked, OnceError};

use crate::idempotent::shop::{Order, Paid, PayError, Shop, order};

#[idempotent(store = shop.store, key = order.id, fingerprint = order.euros)]
async fn matched(shop: &Shop, order: &Order) -> Paid {
    Ok(shop.charge())
}

#[idempotent(store = shop.store, key = order.id, fingerprint = order.euros)]
fn matched_blocking(shop: &Shop, order: &Order) -> Paid {
    Ok(shop.charge())
}

#[idempotent(store = shop.store, key = order.id, duplicates = reject)]
async fn rejected(shop: &Shop, order: &Order) -> Paid {
    Ok(shop.charge())
}

/// The closure need not say what it is given.
#[idempotent(store = shop.store, key = order.id, duplicates = merge(|old| old.map(|sum| sum.saturating_add(order.euros))))]
async fn merged(shop: &Shop, order: &Order) -> Paid {
    shop.charge();
    Ok(order.euros)
}

fn doubled(old: Paid) -> Paid {
    old.map(|sum| sum * 2)
}

#[idempotent(store = shop.store, key = order.id, duplicates = merge(doubled))]
fn merged_by_path(shop: &Shop, order: &Order) -> Paid {
    shop.charge();
    Ok(order.euros)
}

#[idempotent(store = shop.store, key = order.id, duplicates = flag(|| order.id.clone()))]
async fn flagged(shop: &Shop, order: &Order) -> Paid {
    Ok(shop.charge())
}

#[idempotent(store = shop.store, key = content(120s), scope = client, fingerprint = order.euros)]
async fn by_content(shop: &Shop, client: &str, order: &Order) -> Paid {
    Ok(shop.charge())
}

#[idempotent(store = shop.store, key = content(120s), scope = client, fingerprint = (order, client), duplicates = replay)]
fn replayed_by_content(shop: &Shop, client: String, order: Order) -> Paid {
    drop((client, order));
    Ok(shop.charge())
}

#[idempotent(store = shop.store, key = order.id, lease = 2s)]
async fn refused(shop: &Shop, order: &Order, hangs: bool) -> Paid {
    let number = shop.charge();
    if hangs { pending().await } else { Ok(number) }
}

#[idempotent(store = shop.store, key = order.id, lease = 2s, interrupted = rerun)]
async fn rerun(shop: &Shop, order: &Order, hangs: bool) -> Paid {
    let number = shop.charge();
    if hangs { pending().await } else { Ok(number) }
}

#[idempotent(store = shop.store, key = order.id, lease = 2s, interrupted = check(async |claim| {
    assert_eq!(claim.run(), 2);
    Ok(Checked::Done(77))
}))]
async fn checked(shop: &Shop, order: &Order, hangs: bool) -> Paid {
    let number = shop.charge();
    if hangs { pending().await } else { Ok(number) }
}

#[idempotent(store = shop.store, key = order.id, interrupted = check(|_| Ok(Checked::Done(77))), lease = 1ms)]
fn checked_blocking(shop: &Shop, order: &Order) -> Paid {
    shop.charge();
    Err(PayError::Timeout)
}

fn is_duplicate(paid: &Paid) -> bool {
    matches!(paid, Err(PayError::Once(OnceError::Duplicate { .. })))
}

#[tokio::test(start_paused = true)]
async fn another_fingerprint_is_another_use() {
    let (shop, order) = (Shop::new(), order());
    let other = Order { euros: 40, ..order.clone() };
    assert_eq!(matched(&shop, &order).await.unwrap(), 1);
    assert_eq!(matched(&shop, &order).await.unwrap(), 1);
    assert!(matches!(matched(&shop, &other).await, Err(PayError::Once(OnceError::Mismatch))));
    assert_eq!(matched_blocking(&shop, &order).unwrap(), 2);
    assert!(matches!(matched_blocking(&shop, &other), Err(PayError::Once(OnceError::Mismatch))));
}

#[tokio::test(start_paused = true)]
async fn duplicates_are_treated_as_it_says() {
    let shop = Shop::new();
    let order = order();
    assert_eq!(rejected(&shop, &order).await.unwrap(), 1);
    assert!(is_duplicate(&rejected(&shop, &order).await));
    assert_eq!(merged(&shop, &order).await.unwrap(), 30);
    assert_eq!(merged(&shop, &order).await.unwrap(), 60);
    assert_eq!(merged_by_path(&shop, &order).unwrap(), 30);
    assert_eq!(merged_by_path(&shop, &order).unwrap(), 60);
    assert_eq!(flagged(&shop, &order).await.unwrap(), 4);
    assert!(is_duplicate(&flagged(&shop, &order).await));
    assert_eq!(shop.effects(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_key_from_content_is_noted_unless_it_says_otherwise() {
    let (shop, order) = (Shop::new(), order());
    assert_eq!(by_content(&shop, "a", &order).await.unwrap(), 1);
    assert!(is_duplicate(&by_content(&shop, "a", &order).await));
    assert_eq!(by_content(&shop, "b", &order).await.unwrap(), 2);
    tokio::time::advance(Duration::from_secs(121)).await;
    assert_eq!(by_content(&shop, "a", &order).await.unwrap(), 3);
    assert_eq!(replayed_by_content(&shop, "a".into(), order.clone()).unwrap(), 4);
    assert_eq!(replayed_by_content(&shop, "a".into(), order).unwrap(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_cut_off() {
    let shop = Shop::new();
    let order = order();
    let cut = Duration::from_secs(1);
    tokio::time::timeout(cut, refused(&shop, &order, true)).await.unwrap_err();
    tokio::time::timeout(cut, rerun(&shop, &order, true)).await.unwrap_err();
    tokio::time::timeout(cut, checked(&shop, &order, true)).await.unwrap_err();
    tokio::time::advance(Duration::from_secs(3)).await;
    let left_open = refused(&shop, &order, false).await;
    assert!(matches!(left_open, Err(PayError::Once(OnceError::Interrupted { runs: 1 }))), "{left_open:?}");
    assert_eq!(rerun(&shop, &order, false).await.unwrap(), 4);
    assert_eq!(checked(&shop, &order, false).await.unwrap(), 77);
    assert_eq!(shop.effects(), 4);
}

#[test]
fn a_blocking_run_that_may_have_happened() {
    let (shop, order) = (Shop::new(), order());
    assert!(matches!(checked_blocking(&shop, &order), Err(PayError::Timeout)));
    assert_eq!(checked_blocking(&shop, &order).unwrap(), 77);
    assert_eq!(shop.effects(), 1);
}
