//! Claims that reach their server, or the row of their key, when their client has given up. The time is real, and short.

use std::time::Duration;

use retry_idempotency::Admin;
use retry_idempotency::admin::Filter;
use retry_idempotency::protocol::{ClaimOutcome, HolderId};
use retry_runtime::{Class, Classify};
use tokio::time::sleep;

use crate::stores::network::{Behind, POOL, STEP, on_postgres, on_redis};

/// Time on the way, far above the timeout of a step.
const WAY: Duration = Duration::from_millis(1200);

/// Claims as many keys at once as there are connections, of which none is answered.
async fn claim_in_vain<S: Admin>(behind: &Behind<S>) -> Vec<String> {
    let names: Vec<_> = (0..POOL).map(|_| behind.name()).collect();
    let claims = names.iter().map(|name| behind.claim(name, HolderId::random()));
    for claimed in futures_util::future::join_all(claims).await {
        let error = claimed.unwrap_err();
        assert_eq!(error.class(), Class::Timeout, "{error}");
    }
    names
}

/// None of the keys is there, and each of them runs.
async fn nothing_was_recorded<S: Admin>(behind: &Behind<S>, names: &[String]) {
    let entries = behind.until_answered(|| behind.store.list(Filter::default(), None, 9)).await.0.entries;
    assert!(entries.is_empty(), "{entries:?}");
    for name in names {
        let (claimed, _) = behind.until_answered(|| behind.claim(name, HolderId::random())).await;
        assert!(matches!(claimed, ClaimOutcome::Run(_)), "{claimed:?}");
    }
}

async fn a_claim_that_arrives_late_changes_nothing<S: Admin>(behind: &Behind<S>) {
    behind.proxy.delay(WAY);
    let names = claim_in_vain(behind).await;
    behind.proxy.delay(Duration::ZERO);
    sleep(WAY * 2).await;
    nothing_was_recorded(behind, &names).await;
}

#[test]
fn a_late_claim_is_refused() {
    on_postgres(STEP, a_claim_that_arrives_late_changes_nothing);
    on_redis(STEP, a_claim_that_arrives_late_changes_nothing);
}

#[test]
fn a_claim_that_waited_for_a_locked_table_is_refused() {
    on_postgres(STEP, async |behind| {
        let schema = behind.schema();
        let mut client = schema.pool.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        transaction.batch_execute("LOCK TABLE retry_keys").await.unwrap();
        let names = claim_in_vain(behind).await;
        transaction.rollback().await.unwrap();
        sleep(STEP).await;
        nothing_was_recorded(behind, &names).await;
    });
}
