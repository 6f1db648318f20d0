//! The store in memory, on tokio's paused clock.

use std::sync::Arc;
use std::time::Duration;

use retry_idempotency::admin::{Filter, KeyState};
use retry_idempotency::protocol::{ClaimOutcome, Transition};
use retry_idempotency::{Admin, MemoryStore, Store, StoreError};
use retry_runtime::{Class, Classify};
use tokio::runtime::Builder;

use crate::stores::harness::{Case, Harness, KEEP, LEASE, Said, Watchdog, With, ask, finish, of_another, plain};
use crate::stores::model;
use crate::stores::rules::contract;

struct Memory(Arc<MemoryStore>);

impl Harness for Memory {
    const SLACK: Duration = Duration::ZERO;

    async fn store(&self) -> Arc<dyn Admin> {
        self.0.clone()
    }

    async fn bounded(&self, keys_per_scope: usize) -> Arc<dyn Admin> {
        Arc::new(MemoryStore::new(1000).with_keys_per_scope(keys_per_scope))
    }

    async fn pass_time(&self, by: Duration) {
        tokio::time::advance(by).await;
    }
}

fn run(rule: impl AsyncFnOnce(Case<Memory>)) {
    holding(1000, rule);
}

fn holding(keys: usize, rule: impl AsyncFnOnce(Case<Memory>)) {
    let _watchdog = Watchdog::new();
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        rule(Case::new(Memory(Arc::new(MemoryStore::new(keys).with_keys_per_scope(keys)))).await).await;
    });
}

fn contend(rule: impl AsyncFnOnce(Case<Memory>)) {
    let _watchdog = Watchdog::new();
    let runtime = Builder::new_multi_thread().worker_threads(4).build().unwrap();
    runtime.block_on(async { rule(Case::new(Memory(Arc::new(MemoryStore::new(1000)))).await).await });
}

contract!(run, contend);

#[test]
fn it_agrees_with_the_model() {
    model::agrees(256, |acts| run(async |case| model::follow(case, acts).await));
}

#[test]
fn a_full_store_refuses_new_keys_and_forgets_none() {
    holding(3, async |case| {
        for key in ["a", "b"] {
            case.finished(ask(key, 1), b"done").await;
        }
        case.run(ask("open", 1)).await;
        let refused = case.store.claim(&ask("d", 1)).await.unwrap_err();
        assert!(matches!(refused, StoreError::Full { keys: 3 }), "{refused:?}");
        assert_eq!(refused.class(), Class::Unavailable);
        // Keys that it has are answered, and taken, as ever.
        assert_eq!(case.said(ask("a", 2)).await, Said::Finished(b"done".to_vec()));
        case.pass(LEASE).await;
        assert_eq!(case.said(ask("open", 2).resume()).await, plain(2));

        case.pass(KEEP.saturating_sub(LEASE + Duration::from_micros(1))).await;
        assert!(case.store.claim(&ask("d", 1)).await.is_err());
        case.pass(Duration::from_micros(1)).await;
        for key in ["d", "e"] {
            assert_eq!(case.said(ask(key, 1)).await, plain(1), "what is over makes room, in whatever part it is");
        }
        assert!(case.store.claim(&ask("f", 1)).await.is_err(), "an open key is never over");
        assert!(case.store.evict(ask("open", 1).id).await.unwrap());
        assert_eq!(case.said(ask("f", 1)).await, plain(1));
    });
}

#[test]
fn one_scope_has_half_of_the_keys_unless_it_is_set() {
    holding(1000, async |case| {
        let store = MemoryStore::new(5);
        for key in ["a", "b", "c"] {
            case.run(ask(key, 1)).await;
            assert!(store.claim(&ask(key, 1)).await.is_ok());
        }
        let refused = store.claim(&ask("d", 1)).await.unwrap_err();
        assert!(matches!(refused, StoreError::ScopeFull { keys: 3 }), "{refused:?}");
        for key in ["a", "b"] {
            assert!(store.claim(&of_another(key)).await.is_ok(), "the other half is for others");
        }
        let refused = store.claim(&of_another("c")).await.unwrap_err();
        assert!(matches!(refused, StoreError::Full { keys: 5 }), "{refused:?}");
    });
}

/// What makes room: forgetting, evicting, and the end of the time to keep a result, in whatever part of the store it is.
#[test]
fn a_scope_has_room_again_when_a_key_is_gone() {
    holding(1000, async |case| {
        let store = MemoryStore::new(1000).with_keys_per_scope(3);
        let claim = async |key| store.claim(&ask(key, 1)).await;
        let Ok(ClaimOutcome::Run(forgotten)) = claim("forgotten").await else { panic!("it is new") };
        let Ok(ClaimOutcome::Run(finished)) = claim("finished").await else { panic!("it is new") };
        assert!(claim("evicted").await.is_ok());
        assert!(claim("new-1").await.is_err());
        let _ = store.transition(&forgotten, Transition::Forget).await.unwrap();
        assert!(claim("new-1").await.is_ok() && claim("new-2").await.is_err());
        assert!(store.evict(ask("evicted", 1).id).await.unwrap());
        assert!(claim("new-2").await.is_ok() && claim("new-3").await.is_err());
        let _ = store.transition(&finished, finish(b"done")).await.unwrap();
        assert!(claim("new-3").await.is_err());
        case.pass(KEEP).await;
        assert!(claim("new-3").await.is_ok() && claim("new-4").await.is_err());
    });
}

#[test]
fn keys_that_are_over_leave_by_themselves() {
    holding(100_000, async |case| {
        for number in 0..2000 {
            case.finished(ask(&format!("old-{number}"), 1), b"").await;
        }
        case.pass(KEEP).await;
        for number in 0..2000 {
            case.run(ask(&format!("new-{number}"), 1)).await;
        }
        let finished = Filter { state: Some(KeyState::Finished), ..Filter::default() };
        let left = case.store.list(finished, None, 2000).await.unwrap().entries.len();
        assert!(left < 100, "{left} of 2000 that were over are left");
    });
}

/// The ends that they leave behind are taken away.
#[test]
fn a_key_that_is_merged_for_ever_stays_one_key() {
    let store = Arc::new(MemoryStore::new(1));
    let runtime = Builder::new_current_thread().build().unwrap();
    let info = allocation_counter::measure(|| {
        runtime.block_on(async {
            let case = Case::new(Memory(store.clone())).await;
            for owner in (0..=255).cycle().take(20_000) {
                case.finished(ask("cart", owner).reopen(), b"tea").await;
            }
        });
    });
    assert_eq!(store.len(), 1);
    assert!(info.bytes_current < 50_000, "{} bytes are held for one key", info.bytes_current);
}

#[test]
fn it_is_shared_as_what_it_is() {
    fn shared(_: impl Send + Sync + 'static) {}
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new(1));
    shared(store);
}
