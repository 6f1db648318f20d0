//! Keys that are completed in a transaction of the caller's.

use std::time::Duration;

use retry_idempotency::StoreError;
use retry_idempotency::admin::Filter;
use retry_idempotency::postgres::{COMPLETE, complete_lease};
use retry_idempotency::protocol::{Ack, Lease, Transition};
use retry_runtime::{Class, Classify};
use tokio::time::timeout;
use tokio_postgres::{IsolationLevel, Transaction};

use super::server::{Schema, with};
use crate::stores::harness::{Case, EXTEND, KEEP, LEASE, Said, With, ask, finish, id, plain};

/// Whoever waits for a lock waits for longer than this.
const AT_ONCE: Duration = Duration::from_secs(5);

/// A case, and a table for effects.
async fn case(schema: &Schema) -> Case<Schema> {
    schema.execute("CREATE TABLE payments (euros integer)").await;
    Case::new(schema.clone()).await
}

async fn pay(transaction: &Transaction<'_>) {
    transaction.execute("INSERT INTO payments VALUES (31)", &[]).await.unwrap();
}

async fn payments(schema: &Schema) -> i64 {
    schema.pool.get().await.unwrap().query_one("SELECT count(*) FROM payments", &[]).await.unwrap().get(0)
}

#[test]
fn the_effect_and_the_key_are_both_there_or_neither() {
    with("", async |schema| {
        let case = case(&schema).await;
        let held = case.run(ask("order", 1)).await;
        let mut client = schema.pool.get().await.unwrap();

        let transaction = client.transaction().await.unwrap();
        pay(&transaction).await;
        complete_lease(&transaction, &held, b"paid", KEEP).await.unwrap();
        complete_lease(&transaction, &held, b"paid", KEEP).await.expect("it may be said again");
        transaction.rollback().await.unwrap();
        assert_eq!(payments(&schema).await, 0);
        assert_eq!(case.said(ask("order", 2)).await, Said::InFlight);

        let transaction = client.transaction().await.unwrap();
        pay(&transaction).await;
        complete_lease(&transaction, &held, b"paid", KEEP).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(payments(&schema).await, 1);
        assert_eq!(case.said(ask("order", 2)).await, Said::Finished(b"paid".to_vec()));
        case.pass(KEEP).await;
        assert_eq!(case.said(ask("order", 2)).await, plain(1), "it was kept for as long as was said");
    });
}

#[test]
fn who_lost_the_key_is_told_within_the_transaction() {
    with("", async |schema| {
        let case = case(&schema).await;
        let old = case.run(ask("order", 1)).await;
        case.pass(LEASE).await;
        case.run(ask("order", 2).resume()).await;
        let mut client = schema.pool.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        pay(&transaction).await;
        let lost = complete_lease(&transaction, &old, b"old", KEEP).await.unwrap_err();
        assert!(matches!(lost, StoreError::Lost), "{lost:?}");
        drop(transaction);
        assert_eq!(payments(&schema).await, 0);
        assert_eq!(case.said(ask("order", 3)).await, Said::InFlight);
    });
}

/// Times out of bounds are found before the transaction is spoiled.
#[test]
fn what_cannot_be_asked_leaves_the_transaction_as_it_is() {
    with("", async |schema| {
        let case = case(&schema).await;
        let held = case.run(ask("order", 1)).await;
        let mut client = schema.pool.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        let refused = complete_lease(&transaction, &held, b"", Duration::ZERO).await.unwrap_err();
        assert!(matches!(refused, StoreError::Invalid(_)), "{refused:?}");
        complete_lease(&transaction, &held, b"", KEEP).await.unwrap();
    });
}

#[test]
fn a_merge_is_completed_as_a_first_use_is() {
    with("", async |schema| {
        let case = case(&schema).await;
        case.finished(ask("cart", 1), b"tea").await;
        let merge = case.run(ask("cart", 2).reopen()).await;
        let mut client = schema.pool.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        complete_lease(&transaction, &merge, b"tea, milk", KEEP).await.unwrap();
        transaction.commit().await.unwrap();
        assert_eq!(case.said(ask("cart", 3)).await, Said::Finished(b"tea, milk".to_vec()));
        assert_eq!(case.change(&merge, Transition::Forget).await, Ack::Lost, "there is no merge to take back");
    });
}

#[test]
fn the_statement_for_other_clients_does_the_same() {
    with("", async |schema| {
        let case = case(&schema).await;
        let held = case.run(ask("order", 1)).await;
        let client = schema.pool.get().await.unwrap();
        let keep = i64::try_from(KEEP.as_micros()).unwrap();
        let said = async |held: &Lease| {
            let owner = held.holder();
            let (scope, key, owner, result) = (held.id().scope(), held.id().key(), &owner.as_bytes()[..], &b"paid"[..]);
            client.execute(COMPLETE, &[&scope, &key, &owner, &result, &keep]).await.unwrap()
        };
        assert_eq!(said(&held).await, 1);
        assert_eq!(case.said(ask("order", 2)).await, Said::Finished(b"paid".to_vec()));
        let stranger = Lease::new(id("order"), ask("order", 9).holder, held.token(), 1);
        assert_eq!(said(&stranger).await, 0);
    });
}

/// Whatever is asked of a key while a transaction holds its row: nobody waits for that.
#[test]
fn nobody_waits_for_a_transaction_that_completes() {
    with("", async |schema| {
        let case = case(&schema).await;
        let held = case.run(ask("order", 1)).await;
        case.pass(LEASE).await;
        let mut client = schema.pool.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        complete_lease(&transaction, &held, b"paid", KEEP).await.unwrap();
        let asked = async {
            assert_eq!(case.said(ask("order", 2).resume()).await, Said::InFlight, "it is over, and being committed");
            assert_eq!(case.said(ask("order", 2)).await, Said::Interrupted(1));
            for change in [
                EXTEND,
                Transition::Step { name: "a", result: b"" },
                finish(b""),
                Transition::Release,
                Transition::Forget,
            ] {
                let busy = case.store.transition(&held, change).await.unwrap_err();
                assert!(matches!(busy, StoreError::Busy), "{change:?}: {busy:?}");
            }
            let busy = case.store.evict(id("order")).await.unwrap_err();
            assert!(matches!(busy, StoreError::Busy), "{busy:?}");
            assert_eq!(case.store.purge(9).await.unwrap(), 0);
        };
        timeout(AT_ONCE, asked).await.expect("nobody waits");
        transaction.rollback().await.unwrap();
        assert_eq!(case.said(ask("order", 2).resume()).await, plain(2));
        let left = case.store.list(Filter::default(), None, 9).await.unwrap().entries[0].left;
        assert!(left > LEASE.saturating_sub(AT_ONCE), "the whole lease: {left:?}");
    });
}

#[test]
fn a_finished_key_that_somebody_holds_is_being_taken() {
    with("", async |schema| {
        let case = case(&schema).await;
        let held = case.finished(ask("order", 1), b"paid").await;
        let mut client = schema.pool.get().await.unwrap();
        let transaction = client.transaction().await.unwrap();
        complete_lease(&transaction, &held, b"paid", KEEP).await.unwrap();
        let asked = async {
            assert_eq!(case.said(ask("order", 2)).await, Said::Finished(b"paid".to_vec()));
            assert_eq!(case.said(ask("order", 2).reopen()).await, Said::InFlight);
        };
        timeout(AT_ONCE, asked).await.expect("nobody waits");
    });
}

#[test]
fn a_transaction_that_began_before_the_claim_has_lost() {
    with("", async |schema| {
        let case = case(&schema).await;
        for level in [IsolationLevel::RepeatableRead, IsolationLevel::Serializable] {
            let key = format!("{level:?}");
            let mut client = schema.pool.get().await.unwrap();
            let transaction = client.build_transaction().isolation_level(level).start().await.unwrap();
            pay(&transaction).await;
            let held = case.run(ask(&key, 1)).await;
            let lost = complete_lease(&transaction, &held, b"paid", KEEP).await.unwrap_err();
            assert!(matches!(lost, StoreError::Lost), "{lost:?}");
        }
    });
}

#[test]
fn a_transaction_that_lives_through_an_extension_is_told_of_a_conflict() {
    with("", async |schema| {
        let case = case(&schema).await;
        let held = case.run(ask("order", 1)).await;
        let mut client = schema.pool.get().await.unwrap();
        let level = IsolationLevel::RepeatableRead;
        let transaction = client.build_transaction().isolation_level(level).start().await.unwrap();
        pay(&transaction).await;
        case.keep(&held, EXTEND).await;
        let conflict = complete_lease(&transaction, &held, b"paid", KEEP).await.unwrap_err();
        assert_eq!(conflict.class(), Class::Conflict, "{conflict}");
        drop(transaction);

        // At the default level it goes on.
        let transaction = client.transaction().await.unwrap();
        pay(&transaction).await;
        case.keep(&held, EXTEND).await;
        complete_lease(&transaction, &held, b"paid", KEEP).await.unwrap();
    });
}
