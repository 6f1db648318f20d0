//! Purges of a table that is larger than what one of them searches.

use std::time::Duration;

use retry_idempotency::Admin;
use retry_idempotency::admin::purge_all;
use retry_idempotency::postgres::PostgresStore;
use retry_idempotency::protocol::Store;

use super::server::{Schema, with};
use crate::stores::harness::{Said, ask, plain};

/// Pages of the table, above the 8192 that one call searches.
const PAGES: i64 = 9_500;

async fn open(schema: &Schema) -> PostgresStore {
    let store = PostgresStore::open_for_effects_inside(schema.pool.clone()).await.unwrap();
    store.with_admin_timeout(Duration::from_mins(2))
}

/// Fills the table with one finished key per page, of which those whose number `expired` selects have expired.
async fn fill(schema: &Schema, expired: &str) {
    // The row is above a tenth of a page, so the next one is on the next page.
    let sql = format!(
        "ALTER TABLE retry_keys SET (fillfactor = 10);
        ALTER TABLE retry_keys ALTER result SET STORAGE PLAIN;
        INSERT INTO retry_keys (scope, key, owner, token, runs, state, until, result)
            SELECT 'account-7', 'key-' || n, '', n, 1, 1,
                now() + CASE WHEN {expired} THEN interval '-1 second' ELSE interval '1 day' END,
                decode(repeat('00', 900), 'hex')
            FROM generate_series(1, {PAGES}) n"
    );
    schema.execute(&sql).await;
    let size = "SELECT pg_relation_size('retry_keys') / current_setting('block_size')::bigint";
    let pages: i64 = schema.pool.get().await.unwrap().query_one(size, &[]).await.unwrap().get(0);
    assert!((PAGES..PAGES + 10).contains(&pages), "{pages} pages");
}

#[test]
fn a_large_table_is_searched_part_by_part() {
    with("", async |schema| {
        fill(&schema, "n % 1000 = 0").await;
        let store = open(&schema).await;
        assert_eq!(store.purge(500).await.unwrap(), 8, "a call is bounded");
        assert_eq!(store.clone().purge(500).await.unwrap(), 1, "the next one goes on from there");
        // Behind the place where the next one begins, and before it.
        schema.execute("UPDATE retry_keys SET until = now() WHERE key IN ('key-1', 'key-9400')").await;
        let mut removed = 0;
        for _ in 0..3 {
            removed += store.purge(500).await.unwrap();
        }
        assert_eq!(removed, 2, "nothing is missed");
        assert_eq!(store.claim(&ask("key-1", 1)).await.map(Said::from).unwrap(), plain(1));
    });
}

#[test]
fn all_of_a_large_table_is_purged_at_once() {
    with("", async |schema| {
        fill(&schema, "n % 10 = 0").await;
        let store = open(&schema).await;
        assert_eq!(purge_all(&store, 7).await.unwrap(), 950);
        assert_eq!(purge_all(&store, 7).await.unwrap(), 0);
        let other = open(&schema).await;
        assert_eq!(other.purge(0).await.unwrap(), 0, "a limit of nothing ends");
    });
}

#[test]
fn a_table_that_has_shrunk_is_searched_from_its_beginning() {
    with("", async |schema| {
        fill(&schema, "n = 9000").await;
        let store = open(&schema).await;
        assert_eq!(store.purge(1).await.unwrap(), 0);
        assert_eq!(store.purge(1).await.unwrap(), 1);
        // It goes on at a page that is gone.
        schema.execute("DELETE FROM retry_keys WHERE key NOT IN ('', 'key-1')").await;
        schema.execute("UPDATE retry_keys SET until = now() WHERE key = 'key-1'").await;
        schema.execute("VACUUM FULL retry_keys").await;
        assert_eq!(store.purge(500).await.unwrap(), 1);
    });
}

/// A table of an earlier version has an index that nothing uses.
#[test]
fn a_table_with_the_index_of_ends_is_purged_as_well() {
    with("", async |schema| {
        schema.execute("CREATE INDEX retry_keys_until ON retry_keys (until) WHERE state = 1").await;
        fill(&schema, "n % 1000 = 0").await;
        let store = open(&schema).await;
        assert_eq!(purge_all(&store, 500).await.unwrap(), 9);
    });
}
