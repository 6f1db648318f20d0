//! Admin steps.

use std::collections::BTreeMap;
use std::sync::Arc;

use retry_idempotency::admin::{Filter, KeyEntry, KeyState};
use retry_idempotency::protocol::{Ack, ClaimOutcome, ClaimRequest, Id, Steps, Transition};

use tokio::task::{JoinSet, yield_now};

use crate::stores::harness::{Case, Harness, KEEP, LEASE, With, ask, finish, id, plain, step};

async fn all(case: &Case<impl Harness>, filter: Filter<'_>, limit: usize) -> Vec<KeyEntry> {
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let page = case.store.list(filter, after.as_ref(), limit).await.unwrap();
        assert!(page.entries.len() <= limit);
        entries.extend(page.entries);
        after = page.next;
        if after.is_none() {
            return entries;
        }
    }
}

pub(crate) async fn keys_are_listed_with_their_state(case: Case<impl Harness>) {
    let first = case.run(ask("interrupted", 1)).await;
    case.keep(&first, step("charge", b"paid")).await;
    case.pass(LEASE).await;
    case.run(ask("interrupted", 2).resume()).await;
    case.pass(LEASE).await;
    let held = case.run(ask("open", 1)).await;
    case.finished(ask("finished", 1), b"tea").await;

    let entries: BTreeMap<_, _> =
        all(&case, Filter::default(), 9).await.into_iter().map(|entry| (entry.id().key().to_owned(), entry)).collect();
    assert_eq!(entries.keys().collect::<Vec<_>>(), ["finished", "interrupted", "open"]);
    let entry = &entries["open"];
    assert_eq!((entry.id(), entry.state, entry.runs, entry.token), (id("open"), KeyState::InFlight, 1, held.token()));
    assert!(entry.left <= LEASE && entry.left >= LEASE.saturating_sub(case.just_before()), "{entry:?}");
    assert_eq!((entry.result_bytes, entry.steps_bytes), (None, 0));
    let entry = &entries["interrupted"];
    assert_eq!((entry.state, entry.runs, entry.left.as_secs()), (KeyState::Interrupted, 2, 0));
    let steps = Steps::entry("charge", b"paid");
    assert_eq!((entry.result_bytes, entry.steps_bytes), (None, steps.len() as u64));
    let entry = &entries["finished"];
    assert_eq!((entry.state, entry.result_bytes, entry.steps_bytes), (KeyState::Finished, Some(3), 0));
    assert!(entry.left <= KEEP && entry.left >= KEEP.saturating_sub(case.just_before()), "{entry:?}");
}

/// A listing has the lengths alone; a key that is read has its result and its steps.
pub(crate) async fn a_key_is_read_whole(case: Case<impl Harness>) {
    let large = vec![7; 1 << 20];
    case.finished(ask("large", 1), &large).await;
    let merge = case.run(ask("large", 2).reopen()).await;
    case.keep(&merge, step("charge", b"paid")).await;
    let entries = all(&case, Filter::default(), 9).await;
    let details = case.store.read(id("large")).await.unwrap().expect("it is there");
    assert_eq!(details.result.as_deref(), Some(&large[..]));
    assert_eq!(details.steps.get("charge"), Some(&b"paid"[..]));
    for entry in [&entries[0], &details.entry] {
        assert_eq!((entry.id(), entry.state, entry.token), (id("large"), KeyState::InFlight, merge.token()));
        assert_eq!(
            (entry.result_bytes, entry.steps_bytes),
            (Some(1 << 20), Steps::entry("charge", b"paid").len() as u64)
        );
    }
    case.finished(ask("empty", 1), b"").await;
    let empty = case.store.read(id("empty")).await.unwrap().expect("it is there");
    assert_eq!((empty.result.as_deref(), empty.entry.result_bytes, empty.entry.runs), (Some(&b""[..]), Some(0), 1));
    assert!(case.store.read(id("unknown")).await.unwrap().is_none());
}

pub(crate) async fn keys_are_listed_by_scope_key_and_state(case: Case<impl Harness>) {
    for (scope, key) in [("a", "open"), ("a", "done"), ("b", "open"), ("b", "done")] {
        let held = case.run(ClaimRequest { id: Id::new(scope, key).unwrap(), ..ask("order", 1) }).await;
        if key == "done" {
            case.keep(&held, finish(b"")).await;
        }
    }
    let filters = [
        (Filter { scope: Some("a"), ..Filter::default() }, 2),
        (Filter { key: Some("done"), ..Filter::default() }, 2),
        (Filter { scope: Some("b"), key: Some("done"), state: None }, 1),
        (Filter { state: Some(KeyState::Finished), ..Filter::default() }, 2),
        (Filter { state: Some(KeyState::InFlight), scope: Some("b"), key: None }, 1),
        (Filter { state: Some(KeyState::Interrupted), ..Filter::default() }, 0),
        (Filter { scope: Some("c"), ..Filter::default() }, 0),
    ];
    for (filter, count) in filters {
        let entries = all(&case, filter, 9).await;
        assert!(entries.iter().all(|entry| filter.matches(entry)), "{filter:?}: {entries:?}");
        assert_eq!(entries.len(), count, "{filter:?}: {entries:?}");
    }
}

pub(crate) async fn every_key_is_on_one_page(case: Case<impl Harness>) {
    let keys: Vec<_> = (0..25).map(|number| format!("key-{number}")).collect();
    for key in &keys {
        case.run(ask(key, 1)).await;
    }
    let mut expected = keys.clone();
    expected.sort();
    for limit in [1, 7, 24, 25, 26] {
        let mut listed: Vec<_> =
            all(&case, Filter::default(), limit).await.iter().map(|entry| entry.id().key().to_owned()).collect();
        listed.sort();
        assert_eq!(listed, expected, "pages of {limit}");
    }
}

pub(crate) async fn an_evicted_key_is_a_first_use_and_its_holder_has_lost_it(case: Case<impl Harness>) {
    let held = case.run(ask("open", 1)).await;
    case.finished(ask("finished", 1), b"tea").await;
    for key in ["open", "finished"] {
        assert!(case.store.evict(id(key)).await.unwrap());
        assert!(!case.store.evict(id(key)).await.unwrap());
    }
    assert_eq!(case.change(&held, finish(b"late")).await, Ack::Lost);
    for key in ["open", "finished"] {
        assert_eq!(case.said(ask(key, 2)).await, plain(1));
    }
}

pub(crate) async fn only_finished_keys_that_are_over_are_purged(case: Case<impl Harness>) {
    case.run(ask("open", 1)).await;
    case.finished(ask("cart", 1), b"tea").await;
    let merge = case.run(ask("cart", 2).reopen()).await;
    for key in ["a", "b", "c", "d", "e"] {
        case.finished(ask(key, 1), b"").await;
    }
    case.pass(KEEP / 2).await;
    case.finished(ask("young", 1), b"").await;
    assert_eq!(case.store.purge(100).await.unwrap(), 0);
    case.pass(KEEP / 2).await;
    for removed in [2, 2, 1, 0] {
        assert_eq!(case.store.purge(2).await.unwrap(), removed);
    }
    let mut rest: Vec<_> =
        all(&case, Filter::default(), 9).await.iter().map(|entry| entry.id().key().to_owned()).collect();
    rest.sort();
    assert_eq!(rest, ["cart", "open", "young"]);
    case.keep(&merge, Transition::Forget).await;
    assert_eq!(case.store.purge(100).await.unwrap(), 1, "what its merge has restored is over by now");
}

/// A key that has expired when it is found may be claimed again when it is removed.
pub(crate) async fn a_purge_beside_merges_takes_no_key_from_them(case: Case<impl Harness>) {
    let keys = ["a", "b", "c", "d", "e", "f", "g", "h"];
    for round in 1..4 {
        for key in keys {
            case.finished(ask(key, round).reopen(), b"old").await;
        }
        case.pass(KEEP).await;
        let mut steps = JoinSet::new();
        for key in keys {
            let store = Arc::clone(&case.store);
            steps.spawn(async move {
                let held = loop {
                    match store.claim(&ask(key, 99).reopen()).await.expect("the store answers") {
                        ClaimOutcome::Run(held) => break held,
                        // A store may answer so while it purges the key.
                        ClaimOutcome::InFlight { .. } => yield_now().await,
                        other => panic!("{key}: {other:?}"),
                    }
                };
                yield_now().await;
                let kept = store.transition(&held, finish(b"new")).await.expect("the store answers");
                assert_eq!(kept, Ack::Applied, "{key}");
            });
            let store = Arc::clone(&case.store);
            steps.spawn(async move { assert!(store.purge(100).await.expect("the store answers") <= keys.len()) });
        }
        steps.join_all().await;
        // A finished key leaves its old end behind, and an open one.
        for key in keys {
            case.finished(ask(key, 98).reopen(), b"newer").await;
            case.run(ask(key, 97).reopen()).await;
        }
        case.pass(KEEP * 2).await;
        case.store.purge(100).await.expect("the store answers");
        for key in keys {
            let held = case.run(ask(key, 96).reopen()).await;
            assert_eq!(held.previous(), Some(&b"newer"[..]), "an open merge is never purged");
            case.keep(&held, Transition::Forget).await;
        }
        case.store.purge(100).await.expect("the store answers");
    }
}
