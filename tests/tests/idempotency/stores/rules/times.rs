//! Durations of leases and results.

use std::time::Duration;

use retry_idempotency::admin::Filter;
use retry_idempotency::protocol::{ClaimRequest, Transition};

use crate::stores::harness::{Case, Harness, KEEP, LEASE, Said, With, ask, finish, plain};

pub(crate) async fn a_result_is_replayed_until_its_time_is_over_and_not_longer(case: Case<impl Harness>) {
    let held = case.run(ask("order", 1)).await;
    case.pass(LEASE / 2).await;
    case.keep(&held, finish(b"paid")).await;
    case.pass(KEEP.saturating_sub(case.just_before())).await;
    assert_eq!(case.said(ask("order", 2)).await, Said::Finished(b"paid".to_vec()), "from finishing");
    case.pass(case.just_before()).await;
    assert_eq!(case.said(ask("order", 2)).await, plain(1));
}

pub(crate) async fn a_lease_is_over_when_it_is(case: Case<impl Harness>) {
    case.run(ask("order", 1)).await;
    case.pass(LEASE.saturating_sub(case.just_before())).await;
    assert_eq!(case.said(ask("order", 2).resume()).await, Said::InFlight);
    case.pass(case.just_before()).await;
    assert_eq!(case.said(ask("order", 2).resume()).await, plain(2));
}

/// Whatever else comes and goes.
pub(crate) async fn an_open_key_is_never_over(case: Case<impl Harness>) {
    let held = case.run(ask("open", 1)).await;
    for round in 0..3_u8 {
        for key in ["a", "b", "c"] {
            case.finished(ask(key, round), b"").await;
        }
        case.pass(KEEP * 100).await;
        case.store.purge(100).await.unwrap();
    }
    assert_eq!(case.said(ask("open", 2)).await, Said::Interrupted(1));
    assert_eq!(case.store.list(Filter::default(), None, 9).await.unwrap().entries.len(), 1);
    case.keep(&held, finish(b"late")).await;
}

/// Nobody waits, or keeps, for less than was asked. It can only fail where the harness owns the clock.
pub(crate) async fn a_part_of_a_microsecond_is_a_whole_one<H: Harness>(case: Case<H>) {
    let bit = Duration::from_nanos(1);
    let held = case.run(ClaimRequest { lease: LEASE + bit, ..ask("order", 1) }).await;
    case.pass(LEASE).await;
    assert_eq!(case.said(ask("order", 2)).await, within_slack(&case, Said::InFlight, Said::Interrupted(1)));
    case.keep(&held, Transition::Finish { result: b"paid", keep: KEEP + bit }).await;
    // A store may keep a result for a whole number of milliseconds.
    case.pass(KEEP + H::SLACK).await;
    let replay = Said::Finished(b"paid".to_vec());
    assert_eq!(case.said(ask("order", 2)).await, within_slack(&case, replay, plain(1)));
}

/// Checks the answer at the very end of a duration; after it, if real time passes too.
fn within_slack<H: Harness>(_: &Case<H>, at: Said, after: Said) -> Said {
    if H::SLACK.is_zero() { at } else { after }
}
