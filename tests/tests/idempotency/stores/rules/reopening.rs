//! Finished keys that are opened again, to replace their result.

use std::time::Duration;

use retry_idempotency::protocol::{Ack, Transition};

use crate::stores::harness::{Case, Harness, KEEP, LEASE, Said, With, ask, fingerprint, finish, plain, step};

fn merge(number: u32, previous: &[u8]) -> Said {
    Said::Run { run: number, steps: Vec::new(), previous: Some(previous.to_vec()) }
}

pub(crate) async fn a_finished_key_runs_again_with_its_result(case: Case<impl Harness>) {
    let first = case.finished(ask("cart", 1), b"tea").await;
    let held = case.run(ask("cart", 2).reopen()).await;
    assert_eq!(Said::from(&held), merge(1, b"tea"));
    assert!(held.token() > first.token());
    assert_eq!(case.change(&first, finish(b"zombie")).await, Ack::Lost);
    assert_eq!(case.said(ask("cart", 3)).await, Said::InFlight);
    assert_eq!(case.said(ask("cart", 3).reopen()).await, Said::InFlight);
    case.keep(&held, finish(b"tea, coffee")).await;
    assert_eq!(case.said(ask("cart", 3)).await, Said::Finished(b"tea, coffee".to_vec()));
    assert_eq!(case.said(ask("cart", 3).reopen()).await, merge(1, b"tea, coffee"));
}

pub(crate) async fn a_key_that_is_unknown_or_over_is_opened_as_a_first_use(case: Case<impl Harness>) {
    let held = case.run(ask("cart", 1).reopen()).await;
    assert_eq!(Said::from(&held), plain(1));
    case.keep(&held, finish(b"tea")).await;
    case.pass(KEEP).await;
    assert_eq!(case.said(ask("cart", 2).reopen()).await, plain(1), "what is over is not merged");
}

pub(crate) async fn whose_merge_is_sent_again_gets_the_same_run(case: Case<impl Harness>) {
    case.finished(ask("cart", 1), b"tea").await;
    let held = case.run(ask("cart", 2).reopen()).await;
    let again = case.run(ask("cart", 2).reopen()).await;
    assert_eq!((Said::from(&again), again.token()), (merge(1, b"tea"), held.token()));
}

/// A claim that a slow network delivers twice, the second time after the end.
pub(crate) async fn who_finished_it_does_not_open_it_by_a_late_claim(case: Case<impl Harness>) {
    case.finished(ask("cart", 1), b"tea").await;
    let merged = Said::Finished(b"tea, coffee".to_vec());
    case.finished(ask("cart", 2).reopen(), b"tea, coffee").await;
    assert_eq!(case.said(ask("cart", 2).reopen()).await, merged);
    assert_eq!(case.said(ask("cart", 3)).await, merged);
}

pub(crate) async fn the_fingerprint_is_not_asked_and_stays_that_of_the_first_use(case: Case<impl Harness>) {
    let (tea, coffee) = (fingerprint(1, 7), fingerprint(1, 8));
    case.finished(ask("cart", 1).of(&tea), b"tea").await;
    let held = case.run(ask("cart", 2).of(&coffee).reopen()).await;
    assert_eq!(case.said(ask("cart", 3).of(&coffee).reopen()).await, Said::InFlight);
    case.keep(&held, finish(b"tea, coffee")).await;
    assert_eq!(case.said(ask("cart", 3).of(&tea)).await, Said::Finished(b"tea, coffee".to_vec()));
    assert_eq!(case.said(ask("cart", 3).of(&coffee)).await, Said::Mismatch);
}

pub(crate) async fn a_merge_that_was_left_open_begins_again_from_the_old_result(case: Case<impl Harness>) {
    case.finished(ask("cart", 1), b"tea").await;
    let lost = case.run(ask("cart", 2).reopen()).await;
    case.keep(&lost, step("half", b"coffee")).await;
    case.pass(LEASE).await;
    assert_eq!(case.said(ask("cart", 3)).await, Said::Interrupted(1));
    let held = case.run(ask("cart", 3).reopen()).await;
    assert_eq!(Said::from(&held), merge(2, b"tea"), "without the steps of another merge");
    assert_eq!(case.change(&lost, finish(b"tea, coffee")).await, Ack::Lost);
    case.keep(&held, Transition::Release).await;
    assert_eq!(case.said(ask("cart", 4).resume()).await, merge(3, b"tea"));
}

pub(crate) async fn a_first_use_that_was_left_open_is_not_merged(case: Case<impl Harness>) {
    let (tea, coffee) = (fingerprint(1, 7), fingerprint(1, 8));
    case.run(ask("cart", 1).of(&tea)).await;
    case.pass(LEASE).await;
    for other in [ask("cart", 2).of(&tea), ask("cart", 2).of(&coffee)] {
        assert_eq!(case.said(other.reopen()).await, Said::Interrupted(1));
    }
}

pub(crate) async fn a_forgotten_merge_leaves_the_old_result_for_as_long_as_it_had(case: Case<impl Harness>) {
    let tea = fingerprint(1, 7);
    case.finished(ask("cart", 1).of(&tea), b"tea").await;
    case.pass(Duration::from_mins(10)).await;
    let first = case.run(ask("cart", 2).reopen()).await;
    case.keep(&first, Transition::Release).await;
    let held = case.run(ask("cart", 3).reopen()).await;
    case.keep(&held, Transition::Forget).await;
    assert_eq!(case.change(&held, Transition::Forget).await, Ack::Lost, "it is finished");
    case.pass(KEEP.saturating_sub(Duration::from_mins(10) + case.just_before())).await;
    assert_eq!(case.said(ask("cart", 4).of(&tea)).await, Said::Finished(b"tea".to_vec()));
    case.pass(case.just_before()).await;
    assert_eq!(case.said(ask("cart", 4).of(&tea)).await, plain(1));
}
