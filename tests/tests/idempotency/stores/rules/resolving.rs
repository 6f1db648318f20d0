//! Resolutions of a key that was left open.

use std::time::Duration;

use retry_idempotency::admin::{Resolution, ResolveOutcome};
use retry_idempotency::protocol::{Ack, Transition};

use crate::stores::harness::{
    Case, EXTEND, Harness, KEEP, LEASE, Said, With, ask, fingerprint, finish, id, plain, step,
};

const PAID: Resolution<'_> = Resolution::Finished { result: b"paid", keep: KEEP };
const NOTHING: Resolution<'_> = Resolution::NothingHappened;

async fn resolve(case: &Case<impl Harness>, key: &str, resolution: Resolution<'_>) -> ResolveOutcome {
    case.store.resolve(id(key), resolution, false).await.expect("the store answers")
}

async fn force(case: &Case<impl Harness>, key: &str, resolution: Resolution<'_>) -> ResolveOutcome {
    case.store.resolve(id(key), resolution, true).await.expect("the store answers")
}

/// Whatever the key stands for: who resolves it need not know.
pub(crate) async fn an_interrupted_key_is_finished_as_it_is_said(case: Case<impl Harness>) {
    let (tea, coffee) = (fingerprint(1, 7), fingerprint(1, 8));
    let held = case.run(ask("order", 1).of(&tea)).await;
    case.keep(&held, step("charge", b"sent")).await;
    case.pass(LEASE).await;
    assert_eq!(resolve(&case, "order", PAID).await, ResolveOutcome::Applied);
    assert_eq!(case.said(ask("order", 2).of(&tea)).await, Said::Finished(b"paid".to_vec()));
    assert_eq!(case.said(ask("order", 2).of(&coffee)).await, Said::Mismatch);
    let merge = Said::Run { run: 1, steps: Vec::new(), previous: Some(b"paid".to_vec()) };
    assert_eq!(case.said(ask("order", 2).reopen()).await, merge);
}

pub(crate) async fn what_it_was_resolved_with_is_kept_as_long_as_it_is_said(case: Case<impl Harness>) {
    case.run(ask("order", 1)).await;
    case.pass(LEASE).await;
    assert_eq!(resolve(&case, "order", PAID).await, ResolveOutcome::Applied);
    case.pass(KEEP.saturating_sub(case.just_before())).await;
    assert_eq!(case.store.purge(9).await.unwrap(), 0);
    assert_eq!(case.said(ask("order", 2)).await, Said::Finished(b"paid".to_vec()));
    case.pass(case.just_before()).await;
    assert_eq!(case.store.purge(9).await.unwrap(), 1);
    assert_eq!(case.said(ask("order", 2)).await, plain(1));
}

pub(crate) async fn a_key_of_which_nothing_happened_is_a_first_use(case: Case<impl Harness>) {
    let held = case.run(ask("order", 1)).await;
    case.keep(&held, step("charge", b"sent")).await;
    case.pass(LEASE).await;
    assert_eq!(resolve(&case, "order", NOTHING).await, ResolveOutcome::Applied);
    assert_eq!(resolve(&case, "order", NOTHING).await, ResolveOutcome::Unknown);
    let again = case.run(ask("order", 2)).await;
    assert_eq!(Said::from(&again), plain(1));
    assert!(again.token() > held.token());
}

/// A worker that was given up may come back.
pub(crate) async fn who_held_a_resolved_key_has_lost_it(case: Case<impl Harness>) {
    for (key, resolution) in [("paid", PAID), ("nothing", NOTHING)] {
        let held = case.run(ask(key, 1)).await;
        case.pass(LEASE).await;
        assert_eq!(resolve(&case, key, resolution).await, ResolveOutcome::Applied);
        for change in [EXTEND, step("charge", b"sent"), finish(b"late"), Transition::Release, Transition::Forget] {
            assert_eq!(case.change(&held, change).await, Ack::Lost, "{change:?}");
        }
    }
    assert_eq!(case.said(ask("paid", 1)).await, Said::Finished(b"paid".to_vec()));
}

pub(crate) async fn a_key_in_flight_is_resolved_by_force_alone(case: Case<impl Harness>) {
    for (key, resolution, then) in [("paid", PAID, Said::Finished(b"paid".to_vec())), ("nothing", NOTHING, plain(1))] {
        let held = case.run(ask(key, 1)).await;
        case.pass(LEASE / 2).await;
        let ResolveOutcome::InFlight { left } = resolve(&case, key, resolution).await else {
            panic!("{key} is in flight")
        };
        assert!(left <= LEASE / 2 && left >= (LEASE / 2).saturating_sub(case.just_before()), "{left:?}");
        assert_eq!(case.said(ask(key, 2)).await, Said::InFlight);
        case.keep(&held, EXTEND).await;
        assert_eq!(force(&case, key, resolution).await, ResolveOutcome::Applied);
        assert_eq!(case.change(&held, finish(b"late")).await, Ack::Lost);
        assert_eq!(case.said(ask(key, 2)).await, then);
    }
}

pub(crate) async fn a_finished_key_is_not_resolved(case: Case<impl Harness>) {
    let held = case.finished(ask("order", 1), b"tea").await;
    for resolution in [PAID, NOTHING] {
        assert_eq!(resolve(&case, "order", resolution).await, ResolveOutcome::Finished);
        assert_eq!(force(&case, "order", resolution).await, ResolveOutcome::Finished);
    }
    assert_eq!(case.said(ask("order", 2)).await, Said::Finished(b"tea".to_vec()));
    case.keep(&held, finish(b"tea")).await;
    case.pass(KEEP).await;
    assert_eq!(force(&case, "order", PAID).await, ResolveOutcome::Unknown, "it is over");
    assert_eq!(case.said(ask("order", 2)).await, plain(1));
}

/// An operator may have mistyped it.
pub(crate) async fn the_result_of_an_operator_is_replaced_by_force_alone(case: Case<impl Harness>) {
    let tea = fingerprint(1, 7);
    let typo = Resolution::Finished { result: b"piad", keep: KEEP / 2 };
    let held = case.run(ask("order", 1).of(&tea)).await;
    case.pass(LEASE).await;
    assert_eq!(resolve(&case, "order", typo).await, ResolveOutcome::Applied);
    assert_eq!(resolve(&case, "order", PAID).await, ResolveOutcome::Finished);
    assert_eq!(force(&case, "order", NOTHING).await, ResolveOutcome::Finished);
    assert_eq!(case.said(ask("order", 2).of(&tea)).await, Said::Finished(b"piad".to_vec()));
    for _ in 0..2 {
        assert_eq!(force(&case, "order", PAID).await, ResolveOutcome::Applied);
        assert_eq!(case.said(ask("order", 2).of(&tea)).await, Said::Finished(b"paid".to_vec()));
    }
    assert_eq!(case.change(&held, finish(b"late")).await, Ack::Lost);
    case.pass(KEEP.saturating_sub(case.just_before())).await;
    assert_eq!(case.said(ask("order", 2).of(&tea)).await, Said::Finished(b"paid".to_vec()));
    case.pass(case.just_before()).await;
    assert_eq!(force(&case, "order", PAID).await, ResolveOutcome::Unknown, "it is over");
}

/// The result is one of a run, although an operator has restored it.
pub(crate) async fn a_restored_result_is_not_replaced(case: Case<impl Harness>) {
    case.finished(ask("cart", 1), b"tea").await;
    case.run(ask("cart", 2).reopen()).await;
    case.pass(LEASE).await;
    assert_eq!(resolve(&case, "cart", NOTHING).await, ResolveOutcome::Applied);
    assert_eq!(force(&case, "cart", PAID).await, ResolveOutcome::Finished);
    assert_eq!(case.said(ask("cart", 3)).await, Said::Finished(b"tea".to_vec()));
}

pub(crate) async fn a_key_that_is_not_there_is_not_resolved(case: Case<impl Harness>) {
    for resolution in [PAID, NOTHING] {
        assert_eq!(force(&case, "order", resolution).await, ResolveOutcome::Unknown);
    }
    assert_eq!(case.said(ask("order", 1)).await, plain(1));
    let for_ever = Resolution::Finished { result: b"", keep: Duration::MAX };
    assert!(case.store.resolve(id("order"), for_ever, true).await.is_err());
    assert_eq!(case.said(ask("order", 2)).await, Said::InFlight);
}

pub(crate) async fn a_merge_of_which_nothing_happened_is_finished_as_it_was(case: Case<impl Harness>) {
    let tea = fingerprint(1, 7);
    case.finished(ask("cart", 1).of(&tea), b"tea").await;
    case.pass(Duration::from_mins(10)).await;
    let lost = case.run(ask("cart", 2).reopen()).await;
    case.keep(&lost, step("half", b"coffee")).await;
    case.pass(LEASE).await;
    assert_eq!(resolve(&case, "cart", NOTHING).await, ResolveOutcome::Applied);
    assert_eq!(case.change(&lost, finish(b"tea, coffee")).await, Ack::Lost);
    case.pass(KEEP.saturating_sub(Duration::from_mins(10) + LEASE + case.just_before())).await;
    assert_eq!(case.said(ask("cart", 3).of(&tea)).await, Said::Finished(b"tea".to_vec()));
    case.pass(case.just_before()).await;
    assert_eq!(case.store.purge(9).await.unwrap(), 1);
}

pub(crate) async fn a_merge_that_has_happened_has_the_new_result(case: Case<impl Harness>) {
    case.finished(ask("cart", 1), b"tea").await;
    case.run(ask("cart", 2).reopen()).await;
    case.pass(LEASE).await;
    assert_eq!(resolve(&case, "cart", PAID).await, ResolveOutcome::Applied);
    assert_eq!(case.said(ask("cart", 3)).await, Said::Finished(b"paid".to_vec()));
    assert_eq!(resolve(&case, "cart", PAID).await, ResolveOutcome::Finished);
}
