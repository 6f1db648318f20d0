//! The rules in Redis, on a real server: the one at `RETRY_TEST_REDIS_URL`, else the local one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use redis::Client;
use retry_idempotency::admin::Filter;
use retry_idempotency::{Admin, RedisStore, Store};
use tokio::time::timeout;

use crate::once::shop::scenarios;

const PATIENCE: Duration = Duration::from_secs(5);

#[tokio::test]
async fn a_store_of_any_kind_steps_and_merges() {
    let url = std::env::var("RETRY_TEST_REDIS_URL").unwrap_or_else(|_| "redis://127.0.0.1:6379/".to_owned());
    let connected = timeout(PATIENCE, async { Client::open(&*url)?.get_multiplexed_async_connection().await }).await;
    if !matches!(connected, Ok(Ok(_))) {
        assert!(std::env::var_os("CI").is_none(), "no Redis at {url}, and CI is set");
        return eprintln!("skipped: no Redis at {url}; start one, or set RETRY_TEST_REDIS_URL");
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
    let store = RedisStore::open(&url, &format!("retry-once-{}-{now}", std::process::id())).await.unwrap();
    store.acknowledge().await.unwrap();
    scenarios(&store as &dyn Store).await;
    for entry in store.list(Filter::default(), None, 99).await.unwrap().entries {
        store.evict(entry.id()).await.unwrap();
    }
}
