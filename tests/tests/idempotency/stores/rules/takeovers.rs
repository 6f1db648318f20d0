//! Keys that somebody has left open.

use std::time::Duration;

use retry_idempotency::protocol::{Ack, Transition};

use crate::stores::harness::{Case, EXTEND, Harness, KEEP, LEASE, Said, With, ask, fingerprint, finish, plain, step};

pub(crate) async fn an_open_key_whose_lease_is_over_is_interrupted(case: Case<impl Harness>) {
    case.run(ask("order", 1)).await;
    case.pass(LEASE).await;
    for owner in [2, 3] {
        assert_eq!(case.said(ask("order", owner)).await, Said::Interrupted(1));
    }
}

pub(crate) async fn resume_runs_again_and_counts(case: Case<impl Harness>) {
    case.run(ask("order", 1)).await;
    for owner in 2..6 {
        case.pass(LEASE).await;
        let claim = ask("order", owner).resume();
        assert_eq!(case.said(claim).await, plain(owner.into()));
        assert_eq!(case.said(claim).await, plain(owner.into()), "sent again");
        assert_eq!(case.said(ask("order", 99)).await, Said::InFlight);
    }
    case.pass(LEASE).await;
    assert_eq!(case.said(ask("order", 9)).await, Said::Interrupted(5));
}

pub(crate) async fn resume_does_not_take_what_is_held_or_stands_for_something_else(case: Case<impl Harness>) {
    let (tea, coffee) = (fingerprint(1, 7), fingerprint(1, 8));
    case.run(ask("order", 1).of(&tea)).await;
    assert_eq!(case.said(ask("order", 2).of(&tea).resume()).await, Said::InFlight);
    case.pass(LEASE).await;
    assert_eq!(case.said(ask("order", 2).of(&coffee).resume()).await, Said::Mismatch);
    assert_eq!(case.said(ask("order", 2).of(&tea).resume()).await, plain(2));
}

/// The pause of a worker beyond its lease, and that of one whose successor has finished.
pub(crate) async fn who_lost_the_key_can_change_nothing(case: Case<impl Harness>) {
    let old = case.run(ask("order", 1)).await;
    case.pass(LEASE).await;
    let new = case.run(ask("order", 2).resume()).await;
    let changes = [EXTEND, step("charge", b"old"), finish(b"old"), Transition::Release, Transition::Forget];
    for change in changes {
        assert_eq!(case.change(&old, change).await, Ack::Lost, "{change:?}");
    }
    assert_eq!(case.said(ask("order", 3)).await, Said::InFlight);
    assert_eq!(case.said(ask("order", 2).resume()).await, plain(2), "no step was added");
    case.keep(&new, finish(b"new")).await;
    for change in changes {
        assert_eq!(case.change(&old, change).await, Ack::Lost, "{change:?}");
    }
    assert_eq!(case.said(ask("order", 3)).await, Said::Finished(b"new".to_vec()));
}

/// The owner decides, not the time.
pub(crate) async fn a_lease_that_nobody_took_can_still_be_finished(case: Case<impl Harness>) {
    let held = case.run(ask("order", 1)).await;
    case.pass(LEASE * 10).await;
    assert_eq!(case.said(ask("order", 2)).await, Said::Interrupted(1));
    case.keep(&held, step("charge", b"done")).await;
    case.keep(&held, finish(b"late")).await;
    assert_eq!(case.said(ask("order", 2)).await, Said::Finished(b"late".to_vec()));

    let held = case.run(ask("extended", 1)).await;
    case.pass(LEASE * 10).await;
    case.keep(&held, EXTEND).await;
    assert_eq!(case.said(ask("extended", 2).resume()).await, Said::InFlight);
}

/// It may have done its work, and released the key for that reason: it is asked as everybody is.
pub(crate) async fn the_owner_itself_is_interrupted_after_its_lease(case: Case<impl Harness>) {
    case.run(ask("order", 1)).await;
    case.pass(LEASE).await;
    assert_eq!(case.said(ask("order", 1)).await, Said::Interrupted(1));
    assert_eq!(case.said(ask("order", 1).resume()).await, plain(2));
}

/// A zombie of before the expiry and the purge is lost, and its token is below all that came later.
pub(crate) async fn tokens_grow_from_holder_to_holder_and_never_start_again(case: Case<impl Harness>) {
    let zombie = case.run(ask("order", 1)).await;
    let mut tokens = vec![zombie.token()];
    for owner in 2..5 {
        case.pass(LEASE).await;
        tokens.push(case.run(ask("order", owner).resume()).await.token());
    }
    let held = case.run(ask("order", 4).resume()).await;
    case.keep(&held, finish(b"first")).await;
    case.pass(KEEP).await;
    case.store.purge(100).await.unwrap();
    let held = case.run(ask("order", 5)).await;
    tokens.push(held.token());
    assert_eq!(held.run(), 1);
    assert_eq!(case.change(&zombie, finish(b"zombie")).await, Ack::Lost);
    case.keep(&held, Transition::Forget).await;
    case.pass(Duration::from_micros(1)).await;
    tokens.push(case.run(ask("order", 6)).await.token());
    assert!(tokens.windows(2).all(|pair| pair[0] < pair[1]), "{tokens:?}");
}

/// Also when there is no row of the one before.
pub(crate) async fn tokens_grow_between_two_claims_at_one_moment(case: Case<impl Harness>) {
    let mut tokens = Vec::new();
    for owner in 1..5 {
        let held = case.run(ask("order", owner)).await;
        tokens.push(held.token());
        case.keep(&held, Transition::Forget).await;
    }
    assert!(tokens.windows(2).all(|pair| pair[0] < pair[1]), "{tokens:?}");
}

pub(crate) async fn the_token_of_the_last_holder_is_told(case: Case<impl Harness>) {
    let store = &case.store;
    let id = ask("order", 1).id;
    assert_eq!(store.last_token(id).await.unwrap(), None);
    let held = case.run(ask("order", 1)).await;
    assert_eq!(store.last_token(id).await.unwrap(), Some(held.token()));
    case.pass(LEASE).await;
    let held = case.run(ask("order", 2).resume()).await;
    case.keep(&held, finish(b"done")).await;
    assert_eq!(store.last_token(id).await.unwrap(), Some(held.token()));
}
