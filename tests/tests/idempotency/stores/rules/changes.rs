//! Transitions by a holder.

use std::time::Duration;

use retry_idempotency::protocol::{Ack, Lease, Transition};

use crate::stores::harness::{Case, EXTEND, Harness, LEASE, Said, With, ask, finish, id, plain, step};

pub(crate) async fn an_extension_begins_the_lease_anew(case: Case<impl Harness>) {
    let held = case.run(ask("order", 1)).await;
    for _ in 0..3 {
        case.pass(LEASE.saturating_sub(Duration::from_secs(1))).await;
        case.keep(&held, EXTEND).await;
    }
    case.pass(LEASE.saturating_sub(Duration::from_secs(1))).await;
    assert_eq!(case.said(ask("order", 2)).await, Said::InFlight);
    case.keep(&held, Transition::Extend { lease: Duration::from_secs(5) }).await;
    case.pass(Duration::from_secs(5)).await;
    assert_eq!(case.said(ask("order", 2)).await, Said::Interrupted(1));
}

pub(crate) async fn a_release_ends_the_lease_and_leaves_the_key_open(case: Case<impl Harness>) {
    let held = case.run(ask("order", 1)).await;
    case.keep(&held, Transition::Release).await;
    case.keep(&held, Transition::Release).await;
    assert_eq!(case.said(ask("order", 2)).await, Said::Interrupted(1));
    assert_eq!(case.said(ask("order", 2).resume()).await, plain(2));
    assert_eq!(case.change(&held, Transition::Release).await, Ack::Lost, "it is another's now");
    assert_eq!(case.said(ask("order", 3)).await, Said::InFlight);
}

pub(crate) async fn a_forgotten_key_is_a_first_use(case: Case<impl Harness>) {
    let held = case.run(ask("order", 1)).await;
    case.keep(&held, step("charge", b"refused")).await;
    case.keep(&held, Transition::Forget).await;
    assert_eq!(case.change(&held, Transition::Forget).await, Ack::Lost, "there is none any more");
    assert_eq!(case.change(&held, finish(b"late")).await, Ack::Lost);
    assert_eq!(case.said(ask("order", 2)).await, plain(1));
    assert_eq!(case.change(&held, Transition::Forget).await, Ack::Lost, "it is another's now");
    assert_eq!(case.said(ask("order", 2)).await, plain(1));
}

pub(crate) async fn a_finish_that_is_sent_again_is_a_yes(case: Case<impl Harness>) {
    let held = case.finished(ask("order", 1), b"paid").await;
    case.keep(&held, finish(b"paid")).await;
    assert_eq!(case.said(ask("order", 2)).await, Said::Finished(b"paid".to_vec()));
}

pub(crate) async fn a_finished_key_takes_no_other_change(case: Case<impl Harness>) {
    let held = case.finished(ask("order", 1), b"paid").await;
    for change in [EXTEND, step("charge", b"late"), Transition::Release, Transition::Forget] {
        assert_eq!(case.change(&held, change).await, Ack::Lost, "{change:?}");
    }
    assert_eq!(case.said(ask("order", 2)).await, Said::Finished(b"paid".to_vec()));
}

pub(crate) async fn a_key_that_is_not_there_is_lost(case: Case<impl Harness>) {
    let held = Lease::new(id("never"), ask("never", 1).holder, 1, 1);
    for change in [EXTEND, step("charge", b""), finish(b""), Transition::Release, Transition::Forget] {
        assert_eq!(case.change(&held, change).await, Ack::Lost, "{change:?}");
    }
    assert_eq!(case.said(ask("never", 2)).await, plain(1), "none of them made it");
}

pub(crate) async fn large_results_come_back_whole(case: Case<impl Harness>) {
    let large: Vec<u8> = (0..1_000_000_u32).map(|at| at.to_le_bytes()[at as usize % 3]).collect();
    case.finished(ask("order", 1), &large).await;
    assert!(case.said(ask("order", 2)).await == Said::Finished(large));
}
