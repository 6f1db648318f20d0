//! Outcomes of a claim.

use std::time::Duration;

use retry_idempotency::admin::Filter;
use retry_idempotency::protocol::{ClaimOutcome, ClaimRequest, Id, Transition};
use retry_idempotency::{BoundsError, StoreError};

use crate::stores::harness::{Case, Harness, LEASE, Said, With, ask, fingerprint, finish, id, plain};

pub(crate) async fn a_first_claim_runs(case: Case<impl Harness>) {
    let held = case.run(ask("order", 1)).await;
    assert_eq!(Said::from(&held), plain(1));
    assert_eq!((held.id(), held.holder()), (id("order"), ask("order", 1).holder));
    assert!(held.token() > 0);
}

pub(crate) async fn a_claim_that_is_sent_again_gets_the_same_run(case: Case<impl Harness>) {
    let first = case.run(ask("order", 1)).await;
    case.pass(LEASE / 2).await;
    let again = case.run(ask("order", 1)).await;
    assert_eq!((again.token(), again.run()), (first.token(), first.run()));
    // The lease is that of the first: whoever holds it counts from there.
    case.pass(LEASE / 2).await;
    assert_eq!(case.said(ask("order", 2)).await, Said::Interrupted(1));
}

pub(crate) async fn somebody_else_is_told_to_wait_and_for_how_long(case: Case<impl Harness>) {
    case.run(ask("order", 1)).await;
    case.pass(Duration::from_secs(10)).await;
    let ClaimOutcome::InFlight { retry_in } = case.claim(ask("order", 2)).await else { panic!("somebody is at it") };
    let left = Duration::from_secs(20);
    assert!(retry_in <= left && retry_in >= left.saturating_sub(case.just_before()), "{retry_in:?}");
    // Asking has changed nothing.
    assert_eq!(case.said(ask("order", 2).resume()).await, Said::InFlight);
    assert_eq!(case.said(ask("order", 1)).await, plain(1));
}

pub(crate) async fn a_finished_key_is_replayed_byte_by_byte(case: Case<impl Harness>) {
    let every_byte: Vec<u8> = (0..=255).collect();
    case.finished(ask("order", 1), &every_byte).await;
    case.finished(ask("nothing", 1), b"").await;
    for again in [ask("order", 2), ask("order", 2).resume(), ask("order", 1)] {
        assert_eq!(case.said(again).await, Said::Finished(every_byte.clone()));
    }
    assert_eq!(case.said(ask("nothing", 2)).await, Said::Finished(Vec::new()));
}

pub(crate) async fn another_fingerprint_is_a_mismatch_open_or_finished(case: Case<impl Harness>) {
    let (tea, coffee) = (fingerprint(1, 7), fingerprint(1, 8));
    let held = case.run(ask("order", 1).of(&tea)).await;
    for other in [ask("order", 2).of(&coffee), ask("order", 2)] {
        assert_eq!(case.said(other).await, Said::Mismatch, "in flight");
    }
    assert_eq!(case.said(ask("order", 2).of(&tea)).await, Said::InFlight);
    case.keep(&held, Transition::Release).await;
    for other in [ask("order", 2).of(&coffee).resume(), ask("order", 2)] {
        assert_eq!(case.said(other).await, Said::Mismatch, "interrupted");
    }
    let held = case.run(ask("order", 3).of(&tea).resume()).await;
    case.keep(&held, finish(b"tea")).await;
    for other in [ask("order", 2).of(&coffee), ask("order", 2)] {
        assert_eq!(case.said(other).await, Said::Mismatch, "finished");
    }
    assert_eq!(case.said(ask("order", 2).of(&tea)).await, Said::Finished(b"tea".to_vec()));
    case.finished(ask("without", 1), b"").await;
    assert_eq!(case.said(ask("without", 2).of(&tea)).await, Said::Mismatch);
}

pub(crate) async fn fingerprints_of_two_rules_are_not_compared(case: Case<impl Harness>) {
    case.finished(ask("order", 1).of(&fingerprint(1, 7)), b"tea").await;
    assert_eq!(case.said(ask("order", 2).of(&fingerprint(2, 8))).await, Said::Finished(b"tea".to_vec()));
    assert_eq!(case.said(ask("order", 2).of(&fingerprint(1, 8))).await, Said::Mismatch);
}

pub(crate) async fn scope_and_key_are_two(case: Case<impl Harness>) {
    for (owner, (scope, key)) in (1..).zip([("a", "bc"), ("ab", "c"), ("a:b", "c"), ("a", "b:c"), ("A", "bc")]) {
        let id = Id::new(scope, key).unwrap();
        let claim = ClaimRequest { id, ..ask("order", owner) };
        assert_eq!(case.said(claim).await, plain(1), "{scope} and {key}");
    }
}

pub(crate) async fn keys_and_scopes_of_any_allowed_text_are_kept_apart(case: Case<impl Harness>) {
    let printable: String = (' '..='~').collect();
    let (long, longer) = ("k".repeat(254), "k".repeat(255));
    let ids =
        [("账户", "order"), ("账户", "order "), ("a' OR 1=1 --", &printable), (&longer, &longer), (&longer, &long)];
    for (owner, (scope, key)) in (1..).zip(ids) {
        let claim = ClaimRequest { id: Id::new(scope, key).unwrap(), ..ask("order", owner) };
        let held = case.run(claim).await;
        assert_eq!((held.id().scope(), held.id().key()), (scope, key));
        case.keep(&held, finish(&[owner])).await;
        assert_eq!(case.said(claim).await, Said::Finished(vec![owner]));
    }
}

pub(crate) async fn what_cannot_be_asked_is_refused_and_leaves_nothing(case: Case<impl Harness>) {
    let week = Duration::from_hours(7 * 24);
    for lease in [Duration::ZERO, week] {
        let claim = ClaimRequest { lease, ..ask("order", 1) };
        let answer = case.store.claim(&claim).await;
        assert!(matches!(answer, Err(StoreError::Invalid(BoundsError::Lease { .. }))), "{answer:?}");
    }
    assert!(case.store.list(Filter::default(), None, 9).await.unwrap().entries.is_empty());
    let held = case.run(ask("order", 1)).await;
    let changes = [
        Transition::Extend { lease: week },
        Transition::Finish { result: b"", keep: Duration::ZERO },
        Transition::Finish { result: b"", keep: 60 * week },
        Transition::Step { name: "", result: b"" },
        Transition::Step { name: &"n".repeat(256), result: b"" },
    ];
    for change in changes {
        let answer = case.store.transition(&held, change).await;
        assert!(matches!(answer, Err(StoreError::Invalid(_))), "{change:?}: {answer:?}");
    }
    assert_eq!(case.said(ask("order", 1)).await, plain(1));
}
