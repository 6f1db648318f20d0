//! Outcomes of a second use.

use std::future::pending;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use retry_idempotency::admin::{Filter, KeyState};
use retry_idempotency::protocol::{ClaimOutcome, ClaimRequest, HolderId, Id, Takeover};
use retry_idempotency::{Admin, MemoryStore, OnceError, Store, once, once_by_content};
use tokio::time::advance;

use crate::once::shop::{LEASE, PayError, Shop, state};

async fn pay(shop: &Shop) -> Result<u32, PayError> {
    once(shop, "cart").run(async |_| Ok(1)).await
}

#[tokio::test(start_paused = true)]
async fn a_refused_one_says_when_the_first_was() {
    let shop = Shop::new();
    let before = SystemTime::now();
    pay(&shop).await.unwrap();
    let after = SystemTime::now();
    let second = once(&shop, "cart").reject().run(async |_| -> Result<u32, PayError> { panic!("it runs") }).await;
    let Err(PayError::Once(OnceError::Duplicate { first })) = second else { panic!("{second:?}") };
    assert!(first >= before - Duration::from_millis(1) && first <= after, "{first:?}");
}

#[tokio::test(start_paused = true)]
async fn a_flagged_one_is_noted_for_review() {
    let shop = Shop::new();
    pay(&shop).await.unwrap();
    for note in ["the second", "the third"] {
        let flagged = once(&shop, "cart").flag(|| note).run(async |_| Ok::<u32, PayError>(2)).await;
        assert!(matches!(flagged, Err(PayError::Once(OnceError::Duplicate { .. }))), "{flagged:?}");
    }
    let listed = shop.keys.list(Filter::default(), None, 9).await.unwrap();
    let ids: Vec<_> =
        listed.entries.iter().map(|entry| (entry.id().scope().to_owned(), entry.id().key().to_owned())).collect();
    assert_eq!(ids, [("once".into(), "cart".into()), ("review:once".into(), "cart".into())]);
    let read = shop.keys.read(listed.entries[1].id()).await.unwrap().unwrap();
    let note = read.result.as_deref().unwrap();
    assert!(note.ends_with(b"the second"), "the first note stands");
    assert_eq!(listed.entries[1].state, KeyState::Finished);
}

/// Each of 64 merges at one moment sees what the one before it has made.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn each_of_many_merges_is_seen_once() {
    let store = Arc::new(MemoryStore::new(10));
    let spawned = |number: u32| {
        let store = store.clone();
        tokio::spawn(async move {
            once(&*store, "cart")
                .wait(Duration::from_mins(1))
                .merge(move |old: Result<Vec<u32>, OnceError>| {
                    let mut numbers = old?;
                    numbers.push(number);
                    Ok(numbers)
                })
                .run(async move |_| Ok(vec![number]))
                .await
        })
    };
    let all: Vec<_> = (0..64).map(spawned).collect();
    let mut longest = Vec::new();
    for one in all {
        let merged = one.await.unwrap().unwrap();
        if merged.len() > longest.len() {
            longest = merged;
        }
    }
    longest.sort_unstable();
    assert_eq!(longest, (0..64).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn an_error_of_a_merge_leaves_the_old_result() {
    let shop = Shop::new();
    pay(&shop).await.unwrap();
    let merged = once(&shop, "cart").merge(|_| Err(PayError::Declined)).run(async |_| Ok(2)).await;
    assert!(matches!(merged, Err(PayError::Declined)));
    assert_eq!(pay(&shop).await.unwrap(), 1);
}

/// Opens the key for a merge, and is cut off in it.
async fn cut_off(shop: &Shop) {
    let ask = ClaimRequest {
        id: Id::new("once", "cart").unwrap(),
        fingerprint: None,
        holder: HolderId::random(),
        lease: LEASE,
        takeover: Takeover::Reopen,
    };
    assert!(matches!(shop.keys.claim(&ask).await.unwrap(), ClaimOutcome::Run(held) if held.previous().is_some()));
    advance(LEASE).await;
}

#[tokio::test(start_paused = true)]
async fn a_merge_that_was_cut_off_leaves_the_old_result() {
    let fails = async |_| -> Result<u32, PayError> { panic!("it runs") };
    let shop = Shop::new();
    pay(&shop).await.unwrap();

    cut_off(&shop).await;
    let merged = once(&shop, "cart").merge(|old: Result<u32, _>| Ok(old? + 1)).run(fails).await;
    assert_eq!(merged.unwrap(), 2, "a merge begins again from it");

    cut_off(&shop).await;
    assert_eq!(once(&shop, "cart").run(fails).await.unwrap(), 2, "a use that may not resume is answered it");
    cut_off(&shop).await;
    assert_eq!(once(&shop, "cart").run_in(fails).await.unwrap(), 2, "one that may resume as well");
    cut_off(&shop).await;
    let rejected = once(&shop, "cart").reject().run_in(fails).await;
    assert!(matches!(rejected, Err(PayError::Once(OnceError::Duplicate { .. }))), "{rejected:?}");
    cut_off(&shop).await;
    let other = once(&shop, "cart").fingerprint(&1).run(fails).await;
    assert!(matches!(other, Err(PayError::Once(OnceError::Mismatch))), "{other:?}");
}

#[tokio::test(start_paused = true)]
async fn a_merge_runs_the_body_where_there_is_nothing_yet() {
    let shop = Shop::new();
    let merge = || once(&shop, "cart").merge(|old: Result<u32, PayError>| Ok(old? + 10)).run(async |_| Ok(1));
    assert_eq!(merge().await.unwrap(), 1);
    assert_eq!(merge().await.unwrap(), 11);
    let cut: Result<u32, _> = once(&shop, "other").run(async |_| Err(PayError::Timeout)).await;
    cut.unwrap_err();
    let refused = once(&shop, "other").merge(|old| old).run(async |_| Ok::<_, PayError>(1)).await;
    assert!(matches!(refused, Err(PayError::Once(OnceError::Interrupted { .. }))));
    let resumed = once(&shop, "other").rerun().merge(|old| old).run(async |_| Ok::<_, PayError>(1)).await;
    assert_eq!(resumed.unwrap(), 1);
}

const WINDOW: Duration = Duration::from_mins(2);

async fn coffee(store: &MemoryStore) -> Result<u32, PayError> {
    let coffee = once_by_content(store, "orders", "customer-7", &("coffee", 1), WINDOW).run(async |_| {
        tokio::time::sleep(WINDOW / 3).await;
        Ok(1)
    });
    coffee.await
}

/// Wherever on the clock a pair lies: closer than the window is a pair.
#[tokio::test(start_paused = true)]
async fn a_window_begins_with_its_first_use() {
    for offset in 0..8 {
        let store = MemoryStore::new(10);
        advance(WINDOW / 8 * offset).await;
        assert_eq!(coffee(&store).await.unwrap(), 1);
        // A third of the window has passed.
        advance(WINDOW.saturating_sub(WINDOW / 3 + Duration::from_millis(1))).await;
        assert!(matches!(coffee(&store).await, Err(PayError::Once(OnceError::Duplicate { .. }))));
        advance(Duration::from_millis(2)).await;
        assert_eq!(coffee(&store).await.unwrap(), 1, "counted from the first use, not from its end");
    }
}

/// The key in a transaction is kept from the first use too.
#[tokio::test(start_paused = true)]
async fn a_window_in_a_transaction_begins_with_its_first_use() {
    let store = MemoryStore::new(10);
    let body = once_by_content(&store, "orders", "customer-7", &"coffee", WINDOW).run_in(async |claim| {
        tokio::time::sleep(WINDOW / 2).await;
        let left = u64::try_from(claim.completion(&1)?.keep_micros()).unwrap();
        assert!(Duration::from_micros(left) <= WINDOW / 2, "{left}");
        claim.completed(1)?;
        Ok::<_, PayError>(1)
    });
    assert_eq!(body.await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn two_purchases_differ_and_replay_is_asked_for() {
    let store = MemoryStore::new(10);
    let runs = Mutex::new(0);
    let body = async |_| {
        *runs.lock().unwrap() += 1;
        Ok::<_, PayError>(*runs.lock().unwrap())
    };
    let of = |operation, client, content: &'static str| once_by_content(&store, operation, client, content, WINDOW);
    assert_eq!(of("orders", "a", "tea").run(body).await.unwrap(), 1);
    assert_eq!(of("orders", "a", "coffee").run(body).await.unwrap(), 2);
    assert_eq!(of("orders", "b", "tea").run(body).await.unwrap(), 3);
    assert_eq!(of("returns", "a", "tea").run(body).await.unwrap(), 4);
    assert_eq!(of("orders", "a", "tea").replay().run(body).await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn one_in_flight_is_no_duplicate_yet() {
    let shop = Shop::new();
    let body = once(&shop, "cart").run(async |_| pending::<Result<u32, PayError>>().await);
    tokio::time::timeout(Duration::from_secs(1), body).await.unwrap_err();
    let second = once(&shop, "cart").reject().run(async |_| Ok::<u32, PayError>(1)).await;
    assert!(matches!(second, Err(PayError::Once(OnceError::InFlight { .. }))));
    assert_eq!(state(&shop.keys).await, Some(KeyState::InFlight));
}
