//! A server that is frozen for longer than a lease, and goes on. The time is real, and short.

use std::sync::Arc;
use std::time::Duration;

use retry_idempotency::admin::Filter;
use retry_idempotency::protocol::{Ack, ClaimOutcome, Transition};
use retry_idempotency::{Admin, OnceError, Store, once};
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::process::with_process;
use super::run;
use crate::stores::harness::{LEASE, With, ask};

const STEP: Duration = Duration::from_millis(200);
const SHORT_LEASE: Duration = Duration::from_secs(1);
const KEYS: u32 = 20;

#[test]
fn keys_of_claims_that_a_frozen_server_executes_are_not_stuck() {
    with_process(&[], async |server| {
        let store = Arc::new(server.store().await.with_step_timeout(STEP));
        server.freeze();
        let mut all = JoinSet::new();
        for number in 0..KEYS {
            let store = Arc::clone(&store);
            all.spawn(async move {
                let key = format!("order-{number}");
                once(&store, &key).lease(SHORT_LEASE).run(async |_| Ok::<_, OnceError>(number)).await
            });
        }
        for used in all.join_all().await {
            assert!(matches!(used, Err(OnceError::Store(_))), "{used:?}");
        }
        // Taking back the claims has been given up.
        sleep(SHORT_LEASE * 2).await;
        server.thaw();
        sleep(STEP).await;
        let entries = store.list(Filter::default(), None, 99).await.unwrap().entries;
        assert!(entries.is_empty(), "{entries:?}");
        for number in 0..KEYS {
            let key = format!("order-{number}");
            assert_eq!(once(&store, &key).run(async |_| Ok::<_, OnceError>(number)).await.unwrap(), number);
        }
    });
}

/// Nor does a late claim take over a key that another one has left open, and its own client sees it as it was.
#[test]
fn a_late_claim_takes_nothing_over() {
    with_process(&[], async |server| {
        let store = server.store().await.with_step_timeout(STEP);
        let held = run(&store, "order").await;
        assert_eq!(store.transition(&held, Transition::Release).await.unwrap(), Ack::Applied);
        server.freeze();
        let resume = |owner| ask("order", owner).resume();
        store.claim(&resume(2)).await.unwrap_err();
        sleep(STEP).await;
        server.thaw();
        sleep(STEP).await;
        let claimed = store.claim(&resume(3)).await.unwrap();
        assert!(matches!(&claimed, ClaimOutcome::Run(held) if held.run() == 2), "{claimed:?} within {LEASE:?}");
    });
}
