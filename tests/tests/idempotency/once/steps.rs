//! Bodies in steps.

use std::future::pending;
use std::sync::Mutex;
use std::time::Duration;

use retry_idempotency::admin::KeyState;
use retry_idempotency::{OnceError, once};
use tokio::time::{advance, timeout};

use crate::once::shop::{Fault, LEASE, PayError, Shop};

/// The steps that have run, with the keys that were sent.
type Log = Mutex<Vec<(&'static str, String)>>;

fn note(log: &Log, name: &'static str, key: String) {
    log.lock().unwrap().push((name, key));
}

fn names(log: &Log) -> Vec<&'static str> {
    log.lock().unwrap().iter().map(|(name, _)| *name).collect()
}

/// Three steps, the second of which is cut off or not.
async fn ship(shop: &Shop, log: &Log, cuts: bool, second_once: bool) -> Result<u32, PayError> {
    once(shop, "order")
        .run_steps(async |claim| {
            let reserved: u32 = claim
                .step("reserve", async |key| {
                    note(log, "reserve", key);
                    Ok::<_, PayError>(1)
                })
                .await?;
            let charge = async |key| {
                note(log, "charge", key);
                if cuts { pending().await } else { Ok::<u32, PayError>(10) }
            };
            let charged = if second_once {
                claim.step_once("charge", charge).await?
            } else {
                claim.step("charge", charge).await?
            };
            claim.step("ship", async |_| Ok(reserved + charged)).await
        })
        .await
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_cut_off_goes_on_after_its_last_step() {
    let (shop, log) = (Shop::new(), Log::default());
    timeout(Duration::from_secs(1), ship(&shop, &log, true, false)).await.unwrap_err();
    advance(LEASE).await;
    assert_eq!(ship(&shop, &log, false, false).await.unwrap(), 11);
    assert_eq!(names(&log), ["reserve", "charge", "charge"]);
    let log = log.into_inner().unwrap();
    assert_eq!(log[1].1, log[2].1, "the same derived key");
    assert_ne!(log[0].1, log[1].1);
}

#[tokio::test(start_paused = true)]
async fn a_step_for_who_knows_no_keys_is_not_begun_twice() {
    let (shop, log) = (Shop::new(), Log::default());
    timeout(Duration::from_secs(1), ship(&shop, &log, true, true)).await.unwrap_err();
    for _ in 0..2 {
        advance(LEASE).await;
        let refused = ship(&shop, &log, false, true).await.unwrap_err();
        assert!(
            matches!(&refused, PayError::Once(OnceError::StepInterrupted { name }) if **name == *"charge"),
            "{refused}"
        );
    }
    assert_eq!(names(&log), ["reserve", "charge"]);
}

#[tokio::test(start_paused = true)]
async fn a_step_that_proved_to_be_nothing_is_begun_again() {
    let (shop, runs) = (Shop::new(), Mutex::new(0));
    let pay = || {
        once(&shop, "order").run_steps(async |claim| {
            claim
                .step_once("charge", async |_| {
                    *runs.lock().unwrap() += 1;
                    if *runs.lock().unwrap() == 1 { Err(PayError::Connect) } else { Ok(7) }
                })
                .await
        })
    };
    assert!(matches!(pay().await, Err(PayError::Connect)));
    assert_eq!(pay().await.unwrap(), 7);
}

/// A recorded step keeps the key from being forgotten, whatever a later step proves.
#[tokio::test(start_paused = true)]
async fn recorded_steps_are_never_forgotten() {
    for says_nothing in [false, true] {
        let (shop, log) = (Shop::new(), Log::default());
        for run in 1..=2 {
            let paid: Result<u32, _> = once(&shop, "order")
                .run_steps(async |claim| {
                    claim
                        .step("charge", async |key| {
                            note(&log, "charge", key);
                            Ok::<_, PayError>(())
                        })
                        .await?;
                    if says_nothing {
                        claim.nothing_happened();
                    }
                    assert_eq!(claim.run(), run);
                    Err(PayError::Connect)
                })
                .await;
            paid.unwrap_err();
            assert_eq!(shop.state().await, Some(KeyState::Interrupted));
        }
        assert_eq!(names(&log), ["charge"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_first_step_that_proves_that_nothing_happened_forgets_the_key() {
    let shop = Shop::new();
    let paid: Result<u32, _> = once(&shop, "order")
        .run_steps(async |claim| claim.step("charge", async |_| Err(PayError::Connect)).await)
        .await;
    paid.unwrap_err();
    assert_eq!(shop.state().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_name_is_one_step() {
    let shop = Shop::new();
    let paid = once(&shop, "order").run_steps(async |claim| {
        claim.step("charge", async |_| Ok::<_, PayError>(1)).await?;
        claim.step("charge", async |_| -> Result<u32, PayError> { panic!("it runs twice") }).await
    });
    assert!(matches!(paid.await, Err(PayError::Once(OnceError::StepTwice { .. }))));
}

#[tokio::test(start_paused = true)]
async fn a_name_that_cannot_be_recorded_is_not_begun() {
    let shop = Shop::new();
    for name in [String::new(), "n".repeat(256)] {
        let paid = once(&shop, "order").rerun().run_steps(async |claim| {
            claim.step(&name, async |_| -> Result<u32, PayError> { panic!("it was begun") }).await
        });
        let refused = paid.await.unwrap_err();
        assert!(matches!(refused, PayError::Once(OnceError::Invalid(_))), "{refused}");
        assert_eq!(shop.state().await, Some(KeyState::Interrupted), "its refusal is no result");
    }
}

#[tokio::test(start_paused = true)]
async fn so_many_steps_and_no_more() {
    let shop = Shop::new();
    let paid = once(&shop, "order").run_steps(async |claim| {
        for number in 0..64 {
            claim.step(&number.to_string(), async |_| Ok::<_, PayError>(())).await?;
        }
        shop.steps();
        claim.step("64", async |_| Ok::<_, PayError>(())).await
    });
    assert!(matches!(paid.await, Err(PayError::Once(OnceError::TooManySteps))));
}

#[tokio::test(start_paused = true)]
async fn a_step_is_one_round_trip() {
    let (shop, log) = (Shop::new(), Log::default());
    ship(&shop, &log, false, false).await.unwrap();
    assert_eq!(shop.steps(), 1 + 3 + 1);
}

#[tokio::test(start_paused = true)]
async fn a_recorded_step_of_another_type_is_not_run() {
    let shop = Shop::new();
    let first = once(&shop, "order").run_steps(async |claim| {
        claim.step("charge", async |_| Ok::<_, PayError>("paid".to_owned())).await?;
        Err::<u32, _>(PayError::Timeout)
    });
    first.await.unwrap_err();
    let second = once(&shop, "order").run_steps(async |claim| {
        claim.step("charge", async |_| -> Result<u32, PayError> { panic!("it runs again") }).await
    });
    assert!(matches!(second.await, Err(PayError::Once(OnceError::Unreadable { .. }))));
}

/// An author may call permanent what a step was refused with: it says nothing about the effect all the same.
#[tokio::test(start_paused = true)]
async fn a_refused_step_is_no_permanent_failure() {
    let shop = Shop::new();
    let paid = once(&shop, "order").run_steps(async |claim| {
        let charged = claim
            .step("charge", async |_| {
                shop.fail(Fault::Busy);
                Ok::<u32, PayError>(1)
            })
            .await;
        shop.fail(Fault::None);
        charged.map_err(|_| PayError::Declined)
    });
    assert!(matches!(paid.await, Err(PayError::Declined)));
    assert_eq!(shop.state().await, Some(KeyState::Interrupted));
}

/// A worker that was taken over learns it at its next step.
#[tokio::test(start_paused = true)]
async fn a_step_of_who_has_lost_the_key_is_refused() {
    let shop = Shop::new();
    let paid: Result<u32, _> = once(&shop, "order")
        .run_steps(async |claim| {
            shop.fail(Fault::Lost);
            claim.step("charge", async |_| Ok::<_, PayError>(1)).await
        })
        .await;
    assert!(matches!(paid, Err(PayError::Once(OnceError::Lost))));
}
