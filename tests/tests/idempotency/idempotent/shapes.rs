//! Whatever the function looks like, its second use is answered what the first one came to.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use async_trait::async_trait;
use retry_idempotency::idempotent;
use retry_idempotency::{Claim, MemoryStore};

use crate::idempotent::shop::{Order, Paid, Shop, order};

#[idempotent(store = &shop.store, key = &order.id)]
async fn plain(shop: &Shop, order: &Order) -> Paid {
    let _ = order.euros;
    Ok(shop.charge())
}

#[idempotent(store = shop.store, key = order.id)]
fn blocking(shop: &Shop, order: &Order) -> Paid {
    let _ = order.euros;
    Ok(shop.charge())
}

/// The body consumes what the key and the scope were made of.
#[idempotent(store = shop.store, key = order.id, scope = client, fingerprint = (client, order.euros))]
async fn consumed(shop: &Shop, client: String, order: Order) -> Paid {
    drop((client, order));
    Ok(shop.charge())
}

#[idempotent(store = shop.store, key = format!("{}/{}", order.id, kind.as_ref()))]
async fn generic<K: AsRef<str>, const N: usize>(shop: &Shop, order: &Order, kind: K) -> Paid {
    drop(kind);
    Ok(shop.charge() + u32::try_from(N).unwrap())
}

#[idempotent(store = shop.store, key = order.id)]
async fn changes(shop: &Shop, order: &Order, seen: &mut Vec<String>) -> Paid {
    seen.push(order.id.clone());
    Ok(shop.charge())
}

#[idempotent(store = shop.store, key = &order.id)]
fn future(shop: &Shop, order: &Order) -> impl Future<Output = Paid> {
    let euros = order.euros;
    async move {
        let _ = euros;
        Ok(shop.charge())
    }
}

#[idempotent(store = shop.store, key = &order.id)]
fn boxed<'a>(shop: &'a Shop, order: &'a Order) -> Pin<Box<dyn Future<Output = Paid> + Send + 'a>> {
    Box::pin(async move { Ok(shop.charge()) })
}

/// `?` and `return` leave the body, and the type of both is known.
#[idempotent(store = shop.store, key = order.id)]
async fn leaves(shop: &Shop, order: &Order, early: bool) -> Paid {
    if early {
        return Ok(shop.charge());
    }
    let number: u32 =
        order.id.trim_start_matches("order-").parse().map_err(|_| crate::idempotent::shop::PayError::Declined)?;
    let _ = number;
    Ok(shop.charge())
}

/// The body sees none of our names, and the options none of the body's.
#[idempotent(store = once.store, key = key.id, claim = held)]
async fn names(once: &Shop, key: &Order, text: u32) -> Paid {
    let claim = held.key("charge");
    assert_eq!(claim.len(), 36);
    Ok(once.charge() * text)
}

struct Till {
    shop: Arc<Shop>,
}

impl Till {
    #[idempotent(store = self.shop.store, key = order.id)]
    async fn shared(&self, order: &Order) -> Paid {
        Ok(self.shop.charge())
    }

    #[idempotent(store = self.shop.store, key = order.id, claim = claim)]
    async fn own(self, order: &Order) -> Paid {
        let _: &Claim = &claim;
        Ok(self.shop.charge())
    }

    #[idempotent(store = self.shop.store, key = order.id)]
    fn blocking(&self, order: &Order) -> Paid {
        Ok(self.shop.charge())
    }
}

trait Sale {
    fn shop(&self) -> &Shop;

    #[idempotent(store = self.shop().store, key = order.id)]
    fn sell(&self, order: &Order) -> Paid {
        Ok(self.shop().charge())
    }
}

impl Sale for Till {
    fn shop(&self) -> &Shop {
        &self.shop
    }
}

#[async_trait]
trait Service {
    async fn serve(&self, order: Order) -> Paid;
    async fn hand_over(self, order: Order) -> Paid;
}

#[async_trait]
impl Service for Till {
    #[idempotent(store = &self.shop.store, key = order.id, fingerprint = order)]
    async fn serve(&self, order: Order) -> Paid {
        drop(order);
        Ok(self.shop.charge())
    }

    #[idempotent(store = self.shop.store, key = order.id)]
    async fn hand_over(self, order: Order) -> Paid {
        Ok(self.shop.charge())
    }
}

#[tokio::test(start_paused = true)]
async fn functions() {
    let shop = Shop::new();
    let orders: [Order; 8] = std::array::from_fn(|_| order());
    for _ in 0..2 {
        assert_eq!(plain(&shop, &orders[0]).await.unwrap(), 1);
        assert_eq!(consumed(&shop, "a".into(), orders[1].clone()).await.unwrap(), 2);
        assert_eq!(generic::<_, 1>(&shop, &orders[2], "tea").await.unwrap(), 4);
        assert_eq!(future(&shop, &orders[3]).await.unwrap(), 4);
        assert_eq!(boxed(&shop, &orders[4]).await.unwrap(), 5);
        assert_eq!(leaves(&shop, &orders[5], true).await.unwrap(), 6);
        assert_eq!(leaves(&shop, &orders[6], false).await.unwrap(), 7);
        assert_eq!(names(&shop, &orders[7], 2).await.unwrap(), 16);
    }
    assert_eq!(shop.effects(), 8);
}

#[tokio::test(start_paused = true)]
async fn an_argument_that_changes_is_changed_once() {
    let (shop, order, mut seen) = (Shop::new(), order(), Vec::new());
    for _ in 0..2 {
        assert_eq!(changes(&shop, &order, &mut seen).await.unwrap(), 1);
    }
    assert_eq!(seen.len(), 1);
}

#[test]
fn a_blocking_function() {
    let (shop, order) = (Shop::new(), order());
    assert_eq!([blocking(&shop, &order).unwrap(), blocking(&shop, &order).unwrap()], [1, 1]);
}

#[tokio::test(start_paused = true)]
async fn methods() {
    let till = Till { shop: Arc::new(Shop::new()) };
    let orders: [Order; 6] = std::array::from_fn(|_| order());
    for _ in 0..2 {
        assert_eq!(till.shared(&orders[0]).await.unwrap(), 1);
        assert_eq!(Till { shop: till.shop.clone() }.own(&orders[1]).await.unwrap(), 2);
        assert_eq!(till.blocking(&orders[2]).unwrap(), 3);
        assert_eq!(till.sell(&orders[3]).unwrap(), 4);
        assert_eq!(till.serve(orders[4].clone()).await.unwrap(), 5);
        assert_eq!(Till { shop: till.shop.clone() }.hand_over(orders[5].clone()).await.unwrap(), 6);
    }
}

/// Two functions have two scopes, so they may be given one key.
#[tokio::test(start_paused = true)]
async fn a_key_is_of_one_function() {
    let (shop, order) = (Shop::new(), order());
    assert_eq!(plain(&shop, &order).await.unwrap(), 1);
    assert_eq!(leaves(&shop, &order, true).await.unwrap(), 2);
}

#[tokio::test(start_paused = true)]
async fn it_can_be_spawned() {
    let till = Arc::new(Till { shop: Arc::new(Shop::new()) });
    let order = order();
    let task = tokio::spawn(async move { till.shared(&order).await });
    assert_eq!(task.await.unwrap().unwrap(), 1);
}

/// A store behind a pointer, and one that nobody names the type of.
#[tokio::test(start_paused = true)]
async fn a_store_of_any_kind() {
    use retry_idempotency::Store;

    #[idempotent(store = &**store, key = &order.id)]
    async fn shared(store: &Arc<dyn Store>, order: &Order) -> Paid {
        Ok(order.euros)
    }

    #[idempotent(store = store, key = &order.id)]
    async fn dynamic(store: &dyn Store, order: &Order) -> Paid {
        Ok(order.euros)
    }

    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(10));
    assert_eq!(shared(&store, &order()).await.unwrap(), 30);
    assert_eq!(dynamic(&*store, &order()).await.unwrap(), 30);
}
