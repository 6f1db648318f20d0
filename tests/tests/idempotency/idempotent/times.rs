//! `keep`, `lease` and `wait`: literals, constants, and what is known at the call.

use std::time::Duration;

use retry_idempotency::idempotent;
use retry_idempotency::{BoundsError, OnceError};

use crate::idempotent::shop::{Order, Paid, PayError, Shop, order};

const KEEP: Duration = Duration::from_mins(1);
const LEASE: Duration = Duration::from_secs(2);
const WAIT: Duration = Duration::from_secs(4);

#[idempotent(store = shop.store, key = order.id, keep = 60, lease = 2s)]
async fn literal(shop: &Shop, order: &Order) -> Paid {
    Ok(shop.charge())
}

/// The names of our constants are the body's own here.
#[idempotent(store = shop.store, key = order.id, keep = KEEP, lease = LEASE, wait = WAIT)]
async fn constant(shop: &Shop, order: &Order) -> Paid {
    const LEASE: u32 = 1;
    tokio::time::sleep(Duration::from_secs(u64::from(LEASE))).await;
    Ok(shop.charge())
}

#[idempotent(store = shop.store, key = order.id, keep = keep, lease = keep / 30, wait = keep / 15)]
async fn per_call(shop: &Shop, order: &Order, keep: Duration) -> Paid {
    Ok(shop.charge())
}

trait Timed {
    const KEEP: Duration;

    #[idempotent(store = shop.store, key = order.id, keep = Self::KEEP, lease = 1s)]
    fn timed(&self, shop: &Shop, order: &Order) -> Paid {
        Ok(shop.charge())
    }
}

struct Minute;

impl Timed for Minute {
    const KEEP: Duration = Duration::from_mins(1);
}

#[tokio::test(start_paused = true)]
async fn a_result_is_kept_for_its_time() {
    let (shop, order) = (Shop::new(), order());
    assert_eq!(literal(&shop, &order).await.unwrap(), 1);
    assert_eq!(per_call(&shop, &order, KEEP).await.unwrap(), 2);
    tokio::time::advance(Duration::from_secs(59)).await;
    assert_eq!(literal(&shop, &order).await.unwrap(), 1);
    assert_eq!(per_call(&shop, &order, KEEP).await.unwrap(), 2);
    tokio::time::advance(Duration::from_secs(2)).await;
    assert_eq!(literal(&shop, &order).await.unwrap(), 3);
    assert_eq!(per_call(&shop, &order, KEEP).await.unwrap(), 4);
}

#[tokio::test(start_paused = true)]
async fn one_in_flight_is_waited_for() {
    let (shop, order) = (Shop::new(), order());
    let (first, second) = tokio::join!(constant(&shop, &order), constant(&shop, &order));
    assert_eq!((first.unwrap(), second.unwrap()), (1, 1));
}

/// A time that is known only at the call is rejected at the call.
#[tokio::test(start_paused = true)]
async fn times_that_cannot_be_are_refused_at_the_call() {
    let (shop, order) = (Shop::new(), order());
    let refused = per_call(&shop, &order, Duration::from_micros(3)).await;
    assert!(matches!(refused, Err(PayError::Once(OnceError::Invalid(BoundsError::Lease { .. })))), "{refused:?}");
    assert_eq!(Minute.timed(&shop, &order).unwrap(), 1);
}
