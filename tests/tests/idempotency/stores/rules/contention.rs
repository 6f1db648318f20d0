//! Many at once, on several threads.

use std::sync::Arc;

use retry_idempotency::Admin;
use retry_idempotency::protocol::{Ack, ClaimOutcome, Transition};
use tokio::sync::Barrier;
use tokio::task::{JoinSet, yield_now};

use crate::stores::harness::{Case, Harness, Said, With, ask, finish};

const MANY: u8 = 64;

/// Returns the outcomes of all claims, each by a holder of its own.
async fn race(store: &Arc<dyn Admin>, key: &'static str, resume: bool) -> Vec<Said> {
    // Otherwise a fast store answers each claim before the next task begins, and nothing is at once.
    let start = Arc::new(Barrier::new(MANY.into()));
    let mut claims = JoinSet::new();
    for owner in 1..=MANY {
        let (store, start) = (Arc::clone(store), Arc::clone(&start));
        claims.spawn(async move {
            start.wait().await;
            let claim = if resume { ask(key, owner).resume() } else { ask(key, owner) };
            Said::from(store.claim(&claim).await.expect("the store answers"))
        });
    }
    claims.join_all().await
}

pub(crate) async fn of_many_claims_at_once_one_runs(case: Case<impl Harness>) {
    for key in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        let said = race(&case.store, key, false).await;
        assert_eq!(said.iter().filter(|said| matches!(said, Said::Run { run: 1, .. })).count(), 1, "{said:?}");
        assert_eq!(said.iter().filter(|said| **said == Said::InFlight).count(), usize::from(MANY) - 1, "{said:?}");
    }
}

pub(crate) async fn of_many_takeovers_at_once_one_runs(case: Case<impl Harness>) {
    for key in ["a", "b", "c", "d", "e", "f", "g", "h"] {
        let held = case.run(ask(key, 99)).await;
        case.keep(&held, Transition::Release).await;
        let said = race(&case.store, key, true).await;
        assert_eq!(said.iter().filter(|said| matches!(said, Said::Run { run: 2, .. })).count(), 1, "{said:?}");
        assert_eq!(said.iter().filter(|said| **said == Said::InFlight).count(), usize::from(MANY) - 1, "{said:?}");
        assert_eq!(case.change(&held, finish(b"late")).await, Ack::Lost);
    }
}

pub(crate) async fn of_many_merges_at_once_each_is_seen_once(case: Case<impl Harness>) {
    let mut merges = JoinSet::new();
    for owner in 1..=MANY {
        let store = Arc::clone(&case.store);
        merges.spawn(async move {
            let held = loop {
                match store.claim(&ask("cart", owner).reopen()).await.expect("the store answers") {
                    ClaimOutcome::Run(held) => break held,
                    ClaimOutcome::InFlight { .. } => yield_now().await,
                    other => panic!("{other:?}"),
                }
            };
            let mut cart = held.previous().unwrap_or_default().to_vec();
            yield_now().await;
            cart.push(owner);
            let kept = store.transition(&held, finish(&cart)).await.expect("the store answers");
            assert_eq!(kept, Ack::Applied);
        });
    }
    merges.join_all().await;
    let Said::Finished(mut cart) = case.said(ask("cart", 99)).await else { panic!("it is finished") };
    cart.sort_unstable();
    assert_eq!(cart, (1..=MANY).collect::<Vec<_>>());
}
