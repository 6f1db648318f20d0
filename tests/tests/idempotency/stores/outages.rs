//! Stores that are away for a while, and clients that hang up and send again. The time is real, and short.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use retry_idempotency::admin::{Filter, KeyState};
use retry_idempotency::{Admin, OnceError, once};
use retry_tests::Proxy;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::stores::network::{Behind, on_postgres, on_redis};

/// Keys that are used during one outage.
const KEYS: u32 = 40;
/// Timeout of an operation: a busy machine opens connections slowly.
const STEP: Duration = Duration::from_secs(2);
/// Patience of a client with one request.
const HANG_UP: Duration = Duration::from_secs(2);
/// A client that has no answer after this time finds that its key is stuck.
const PATIENCE: Duration = Duration::from_secs(40);

/// Uses a key until there is an answer. The body is over at once, so no hang-up is within it.
async fn pay<S: Admin + 'static>(store: Arc<S>, key: String) -> u32 {
    let (begun, runs) = (Instant::now(), AtomicU32::new(0));
    loop {
        let used = once(&store, &key).run(async |_| Ok::<_, OnceError>(runs.fetch_add(1, Ordering::Relaxed)));
        let outcome = timeout(HANG_UP, used).await;
        let last = format!("{outcome:?}");
        match outcome {
            Ok(Ok(number)) => {
                assert_eq!(number, 0, "the first run is answered");
                return runs.load(Ordering::Relaxed);
            }
            Ok(Err(OnceError::Store(_) | OnceError::InFlight { .. })) | Err(_) => {}
            Ok(Err(other)) => panic!("{key}: {other}"),
        }
        assert!(begun.elapsed() < PATIENCE, "{key} is stuck: {last}");
        sleep(HANG_UP / 20).await;
    }
}

/// Every key runs once and is finished, whether it was claimed, ended or sent before, in or after the outage.
async fn no_key_is_stuck<S: Admin + 'static>(behind: &Behind<S>, fault: fn(&Proxy), away: Duration) {
    let mut all = JoinSet::new();
    for number in 0..KEYS {
        let (store, key) = (Arc::clone(&behind.store), format!("order-{number}"));
        all.spawn(async move {
            sleep(away * number / KEYS).await;
            pay(store, key).await
        });
    }
    sleep(away / 4).await;
    fault(&behind.proxy);
    sleep(away).await;
    behind.proxy.forward_new();
    assert_eq!(all.join_all().await, [1; KEYS as usize]);
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let page = behind.store.list(Filter::default(), after.as_ref(), 99).await.unwrap();
        entries.extend(page.entries);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(entries.len(), KEYS as usize);
    assert!(entries.iter().all(|entry| entry.state == KeyState::Finished));
}

fn away(away: Duration, fault: fn(&Proxy)) {
    on_postgres(STEP, async |behind| no_key_is_stuck(behind, fault, away).await);
    on_redis(STEP, async |behind| no_key_is_stuck(behind, fault, away).await);
}

#[test]
fn a_restart_leaves_no_key_stuck() {
    away(Duration::from_millis(200), Proxy::refuse);
}

#[test]
fn a_second_of_silence_leaves_no_key_stuck() {
    away(Duration::from_secs(1), Proxy::silence);
}

#[test]
fn six_seconds_leave_no_key_stuck() {
    away(Duration::from_secs(6), Proxy::refuse);
}
