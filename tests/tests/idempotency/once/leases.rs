//! Leases: extended while the body runs, lost to others, and over while the store is away.

use std::future::pending;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use retry_idempotency::admin::KeyState;
use retry_idempotency::protocol::{ClaimOutcome, ClaimRequest, HolderId, Id, Takeover};
use retry_idempotency::{OnceError, Store, once};
use tokio::time::{Instant, advance, sleep};

use crate::once::shop::{Dropped, Fault, LEASE, PayError, Shop};

/// A takeover by somebody else.
async fn take_over(shop: &Shop) -> ClaimOutcome {
    let ask = ClaimRequest {
        id: Id::new("once", "order").unwrap(),
        fingerprint: None,
        holder: HolderId::random(),
        lease: LEASE,
        takeover: Takeover::Resume,
    };
    shop.keys.claim(&ask).await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_body_may_run_for_longer_than_its_lease() {
    let shop = Shop::new();
    let paid = once(&shop, "order").run(async |_| {
        for _ in 0..20 {
            sleep(LEASE / 2).await;
            assert!(matches!(take_over(&shop).await, ClaimOutcome::InFlight { .. }));
        }
        Ok::<_, PayError>(1)
    });
    assert_eq!(paid.await.unwrap(), 1);
    // A claim, an extension each third, the end.
    assert_eq!(shop.steps(), 1 + 29 + 1);
}

#[tokio::test(start_paused = true)]
async fn one_step_a_part() {
    let shop = Shop::new();
    let pay = || once(&shop, "order").run(async |_| Ok::<_, PayError>(1));
    assert_eq!(pay().await.unwrap(), 1);
    assert_eq!(shop.steps(), 2);
    assert_eq!(pay().await.unwrap(), 1);
    assert_eq!(shop.steps(), 1);
}

#[tokio::test(start_paused = true)]
async fn who_has_lost_the_key_is_dropped_at_the_next_extension() {
    let (shop, drops) = (Shop::new(), AtomicU32::new(0));
    let begun = Instant::now();
    let paid = once(&shop, "order").run(async |_| {
        let _dropped = Dropped(&drops);
        shop.fail(Fault::Lost);
        pending::<Result<u32, PayError>>().await
    });
    assert!(matches!(paid.await, Err(PayError::Once(OnceError::Lost))));
    assert_eq!(drops.load(Ordering::Relaxed), 1);
    let passed = begun.elapsed();
    assert!(passed >= LEASE / 3 && passed < LEASE / 2, "{passed:?}");
}

/// Counted from before the claim was sent, and not from its answer.
#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_cancels_when_the_lease_is_over() {
    for fault in [Fault::Busy, Fault::Silent] {
        let (shop, drops) = (Shop::new(), AtomicU32::new(0));
        shop.fail(Fault::AnswerLost); // of the first claim, so its answer comes late
        let begun = Instant::now();
        let paid = once(&shop, "order").run(async |_| {
            let _dropped = Dropped(&drops);
            shop.fail(fault);
            pending::<Result<u32, PayError>>().await
        });
        let error = paid.await.unwrap_err();
        assert!(matches!(error, PayError::Once(OnceError::LeaseEnded { .. })), "{fault:?}: {error:?}");
        let why = if fault == Fault::Busy { "the store was locked for too long" } else { "no answer within" };
        assert!(error.to_string().contains(why), "{error}");
        assert_eq!(drops.load(Ordering::Relaxed), 1);
        let passed = begun.elapsed();
        assert!(passed >= LEASE && passed < LEASE + Duration::from_millis(10), "{fault:?}: {passed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_is_away_for_less_than_the_lease_does_no_harm() {
    let shop = Shop::new();
    let paid = once(&shop, "order").run(async |_| {
        shop.fail(Fault::Busy);
        sleep(LEASE.saturating_sub(Duration::from_secs(2))).await;
        shop.fail(Fault::None);
        sleep(LEASE * 2).await;
        Ok::<_, PayError>(1)
    });
    assert_eq!(paid.await.unwrap(), 1);
}

/// The owner decides, and not the time.
#[tokio::test(start_paused = true)]
async fn a_process_that_was_stopped_goes_on_where_nobody_has_taken_over() {
    let shop = Shop::new();
    let paid = once(&shop, "order").run(async |_| {
        advance(LEASE * 2).await;
        sleep(LEASE).await;
        Ok::<_, PayError>(1)
    });
    assert_eq!(paid.await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_was_stopped_cannot_finish_what_another_has_taken() {
    let shop = Shop::new();
    let paid = once(&shop, "order").run(async |_| {
        advance(LEASE * 2).await;
        assert!(matches!(take_over(&shop).await, ClaimOutcome::Run(_)));
        Ok::<_, PayError>(1)
    });
    assert!(matches!(paid.await, Err(PayError::Once(OnceError::Lost))));
    assert_eq!(shop.state().await, Some(KeyState::InFlight), "the other one's");
}

/// The commit may take as long as it takes: nothing is extended and nothing cut.
#[tokio::test(start_paused = true)]
async fn what_is_completed_is_neither_extended_nor_cut() {
    let shop = Shop::new();
    let paid = once(&shop, "order").run_in(async |claim| {
        claim.completed(1)?;
        shop.steps();
        shop.fail(Fault::Lost);
        sleep(LEASE * 3).await;
        Ok::<_, PayError>(1)
    });
    assert_eq!(paid.await.unwrap(), 1);
    assert_eq!(shop.steps(), 0);
}

/// Completed while the store is away, and the lease is over before it is asked again.
#[tokio::test(start_paused = true)]
async fn a_commit_is_not_cut_by_a_store_that_is_away() {
    let shop = Shop::new();
    let paid = once(&shop, "order").run_in(async |claim| {
        shop.fail(Fault::Busy);
        sleep(LEASE.saturating_sub(Duration::from_millis(1))).await;
        claim.completed(1)?;
        sleep(LEASE).await;
        Ok::<_, PayError>(1)
    });
    assert_eq!(paid.await.unwrap(), 1);
}

#[tokio::test(start_paused = true)]
async fn lost_answers_of_the_store_cost_no_lease() {
    let shop = Shop::new();
    shop.fail(Fault::AnswerLost);
    let paid = once(&shop, "order").run(async |claim| {
        assert_eq!(claim.run(), 1);
        shop.fail(Fault::AnswerLost);
        Ok::<_, PayError>(1)
    });
    assert_eq!(paid.await.unwrap(), 1);
    assert_eq!(shop.steps(), 4);
    assert_eq!(shop.state().await, Some(KeyState::Finished));
}

/// Runs a use of a key that ends while the store is away, which comes back after `away`.
async fn ends_while_away(
    shop: &Shop,
    fault: Fault,
    away: Duration,
    end: Result<u32, PayError>,
) -> Result<u32, PayError> {
    let used = once(shop, "order").run(async |_| {
        shop.fail(fault);
        end
    });
    let back = async {
        sleep(away).await;
        shop.fail(Fault::None);
    };
    futures_util::future::join(used, back).await.0
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_key_is_sent_until_the_lease_is_over() {
    for away in [300, 1000, 6000, 20_000].map(Duration::from_millis) {
        for fault in [Fault::Busy, Fault::Silent] {
            let shop = Shop::new();
            assert_eq!(ends_while_away(&shop, fault, away, Ok(1)).await.unwrap(), 1, "{fault:?} for {away:?}");
            assert_eq!(shop.state().await, Some(KeyState::Finished));
            let shop = Shop::new();
            let declined = ends_while_away(&shop, fault, away, Err(PayError::Declined)).await;
            assert!(matches!(declined, Err(PayError::Declined)));
            assert_eq!(shop.state().await, Some(KeyState::Finished));
            let shop = Shop::new();
            let refused = ends_while_away(&shop, fault, away, Err(PayError::Connect)).await;
            assert!(matches!(refused, Err(PayError::Connect)));
            assert_eq!(shop.state().await, None);
        }
    }
    let shop = Shop::new();
    let begun = Instant::now();
    let late = ends_while_away(&shop, Fault::Busy, LEASE * 2, Ok(1)).await;
    assert!(matches!(late, Err(PayError::Once(OnceError::Store(_)))), "{late:?}");
    assert_eq!(begun.elapsed(), LEASE * 2, "it ended before the store came back");
}

/// Each key has its own attempts: many that end in one outage do not use up those of the others.
#[tokio::test(start_paused = true)]
async fn an_outage_leaves_no_key_open_however_many_end_in_it() {
    let shops: Vec<_> = (0..200).map(|_| Shop::new()).collect();
    let away = Duration::from_secs(6);
    let all = shops.iter().map(|shop| ends_while_away(shop, Fault::Busy, away, Ok(1)));
    assert!(futures_util::future::join_all(all).await.iter().all(Result::is_ok));
}

#[tokio::test(start_paused = true)]
async fn a_claim_whose_answer_was_lost_is_taken_back() {
    let shop = Shop::new();
    shop.fail(Fault::Deaf);
    let used = once(&shop, "order").run(async |_| Ok::<_, PayError>(1));
    let mut asked = 0;
    let back = async {
        while asked < 3 {
            asked += shop.steps();
            sleep(Duration::from_millis(1)).await;
        }
        shop.fail(Fault::None);
    };
    let (used, ()) = futures_util::future::join(used, back).await;
    assert!(matches!(used, Err(PayError::Once(OnceError::Store(_)))), "{used:?}");
    assert_eq!(shop.state().await, None);
}
