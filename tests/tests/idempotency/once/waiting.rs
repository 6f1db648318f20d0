//! Waiting for one that is in flight.

use std::time::Duration;

use futures_util::future::join_all;
use retry_idempotency::{OnceError, once};
use retry_runtime::{Class, Classify, random};
use tokio::time::{Instant, sleep};

use crate::once::shop::{PayError, Shop};

async fn slow(shop: &Shop, takes: Duration) -> Result<u32, PayError> {
    once(shop, shop.name())
        .run(async |_| {
            sleep(takes).await;
            Ok(1)
        })
        .await
}

async fn waits(shop: &Shop, longest: Duration) -> Result<u32, PayError> {
    once(shop, shop.name()).wait(longest).run(async |_| panic!("it runs")).await
}

#[tokio::test(start_paused = true)]
async fn who_does_not_wait_is_told_when_to_ask_again() {
    let shop = Shop::new();
    let (_, second) = tokio::join!(slow(&shop, Duration::from_secs(9)), async {
        sleep(Duration::from_millis(1)).await;
        once(&shop, shop.name()).run(async |_| Ok::<u32, PayError>(2)).await
    });
    let Err(PayError::Once(refused)) = second else { panic!("{second:?}") };
    assert_eq!(refused.class(), Class::Conflict);
    assert_eq!(refused.retry_after(), Some(Duration::from_secs(1)));
}

#[tokio::test(start_paused = true)]
async fn the_store_is_asked_every_10_to_250_ms() {
    let shop = Shop::new();
    let takes = Duration::from_secs(8);
    let (first, second) = tokio::join!(slow(&shop, takes), async {
        shop.steps();
        waits(&shop, takes * 2).await
    });
    assert_eq!((first.unwrap(), second.unwrap()), (1, 1));
    let asked = shop.steps();
    assert!((8000 / 250..8000 / 100).contains(&asked), "{asked}");
}

/// After 10 to 20 ms, then 20 to 40, then 40 to 80, and at the end: whatever chance says, that is so often.
#[tokio::test(start_paused = true)]
async fn the_first_pauses_are_short_and_double() {
    for seed in 0..64 {
        random::seed(seed);
        let shop = Shop::new();
        let (_, asked) = tokio::join!(slow(&shop, Duration::from_secs(1)), async {
            shop.steps();
            waits(&shop, Duration::from_millis(145)).await.unwrap_err();
            shop.steps()
        });
        assert_eq!(asked, 1 + 3 + 1, "seed {seed}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_wait_ends_when_it_was_said_to() {
    let shop = Shop::new();
    let longest = Duration::from_secs(2);
    let (_, second) = tokio::join!(slow(&shop, longest * 2), async {
        let begun = Instant::now();
        (waits(&shop, longest).await, begun.elapsed())
    });
    assert!(matches!(second.0, Err(PayError::Once(OnceError::InFlight { .. }))), "{second:?}");
    assert!(second.1 >= longest && second.1 < longest + Duration::from_millis(10), "{second:?}");
}

#[tokio::test(start_paused = true)]
async fn a_thousand_wait_and_no_more() {
    let shop = Shop::new();
    let longest = Duration::from_secs(9);
    let (_, answers) = tokio::join!(slow(&shop, longest / 2), join_all((0..1030).map(|_| waits(&shop, longest))));
    let refused = answers.iter().filter(|a| matches!(a, Err(PayError::Once(OnceError::TooManyWaiters { .. })))).count();
    assert_eq!(refused, 6);
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Ok(1))).count(), 1024);
}
