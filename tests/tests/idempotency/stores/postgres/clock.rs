//! Tokens and results when the clock of the server is set: a function of the test's schema stands before the server's own.

use retry_idempotency::Admin;
use retry_idempotency::admin::{Filter, Resolution, ResolveOutcome};
use retry_idempotency::postgres::PostgresStore;
use retry_idempotency::protocol::{Ack, ClaimOutcome, Lease, Store, Transition};

use crate::stores::harness::{KEEP, Said, With, ask, finish, id, plain};
use crate::stores::postgres::server::{Schema, with};

/// Store whose server's clock is the true one, moved by what a table says.
async fn store_with_clock(schema: &Schema) -> PostgresStore {
    let name = schema.name();
    schema
        .execute(&format!(
            "CREATE TABLE moved (by interval NOT NULL); INSERT INTO moved VALUES ('0');
            CREATE FUNCTION clock_timestamp() RETURNS timestamptz LANGUAGE sql VOLATILE
            AS 'SELECT pg_catalog.clock_timestamp() + by FROM {name}.moved'"
        ))
        .await;
    store_on(schema).await
}

async fn store_on(schema: &Schema) -> PostgresStore {
    let name = schema.name();
    let pool = schema.pool(4, &format!("-c search_path={name},pg_catalog -c synchronous_commit=off"));
    PostgresStore::open_for_effects_inside(pool).await.unwrap()
}

async fn set_clock(schema: &Schema, by: &str) {
    schema.execute(&format!("UPDATE moved SET by = '{by}'")).await;
}

async fn run(store: &PostgresStore, owner: u8) -> Lease {
    match store.claim(&ask("order", owner).resume()).await.unwrap() {
        ClaimOutcome::Run(held) => held,
        other => panic!("it should run, and got {other:?}"),
    }
}

async fn change(store: &PostgresStore, held: &Lease, transition: Transition<'_>) {
    assert_eq!(store.transition(held, transition).await.unwrap(), Ack::Applied);
}

#[test]
fn tokens_never_fall_when_the_clock_was_set_back() {
    with("", async |schema| {
        let store = store_with_clock(&schema).await;
        let mut last: Option<Lease> = None;
        for how in 0..8_u8 {
            // Each time the clock is less far ahead.
            set_clock(&schema, &format!("{} hours", 20 - 2 * how)).await;
            let held = run(&store, 2 * how + 1).await;
            if let Some(last) = &last {
                assert!(held.token() > last.token(), "{how}: {} {}", held.token(), last.token());
            }
            match how % 4 {
                0 => assert!(store.evict(id("order")).await.unwrap()),
                1 => change(&store, &held, Transition::Forget).await,
                2 => {
                    let nothing = store.resolve(id("order"), Resolution::NothingHappened, true).await.unwrap();
                    assert_eq!(nothing, ResolveOutcome::Applied);
                }
                _ => {
                    change(&store, &held, finish(b"paid")).await;
                    set_clock(&schema, &format!("{} hours", 22 - 2 * how)).await;
                    assert_eq!(store.purge(9).await.unwrap(), 1, "it is over after {KEEP:?}");
                }
            }
            assert!(store.read(id("order")).await.unwrap().is_none());
            last = Some(held);
        }
        set_clock(&schema, "0").await;
        let held = run(&store, 99).await;
        assert!(held.token() > last.unwrap().token());
        let listed = store.list(Filter::default(), None, 9).await.unwrap().entries;
        assert_eq!(listed.len(), 1, "the row of the highest token is not a key");
    });
}

/// Removals at once note the highest of their tokens.
#[test]
fn tokens_never_fall_after_many_removals_at_once() {
    with("", async |schema| {
        let store = store_with_clock(&schema).await;
        set_clock(&schema, "1 hour").await;
        let keys: Vec<_> = (0..64).map(|number| format!("order-{number}")).collect();
        let tokens = futures_util::future::join_all(keys.iter().map(async |key| {
            let ClaimOutcome::Run(held) = store.claim(&ask(key, 1)).await.unwrap() else { panic!("it runs") };
            while store.transition(&held, Transition::Forget).await.is_err() {}
            held.token()
        }));
        let highest = tokens.await.into_iter().max().unwrap();
        set_clock(&schema, "0").await;
        assert!(run(&store, 1).await.token() > highest);
    });
}

/// A store that was in use when the clock was set knows its true time.
#[test]
fn a_result_is_kept_for_its_true_time_though_the_clock_is_set_forward() {
    with("", async |schema| {
        let store = store_with_clock(&schema).await;
        let held = run(&store, 1).await;
        change(&store, &held, finish(b"paid")).await;
        let said = async |store: &PostgresStore| Said::from(store.claim(&ask("order", 2)).await.unwrap());
        set_clock(&schema, "1 year").await;
        for _ in 0..2 {
            assert_eq!(said(&store).await, Said::Finished(b"paid".to_vec()));
        }
        assert_eq!(store.purge(9).await.unwrap(), 0);
        set_clock(&schema, "0").await;
        assert_eq!(said(&store).await, Said::Finished(b"paid".to_vec()));
        set_clock(&schema, "1 year").await;
        let later = store_on(&schema).await;
        assert_eq!(said(&later).await, plain(1), "a store that is opened later cannot know");
    });
}
