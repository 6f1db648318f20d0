//! Batches: no item is lost to hedges that would be saved without them.

use super::*;
use retry_runtime::{Budget, retry};

#[retry(
    retry_on = Timeout, budget = budget, attempt_timeout = 300ms, backoff = exp(100ms, 2s), deadline = 30s,
    max_attempts = 5, hedge = after(30ms)
)]
async fn hedged_item(servers: &Rc<Servers>, budget: &Budget) -> Result<(), Fault> {
    servers.ask().await
}

#[retry(
    retry_on = Timeout, budget = budget, attempt_timeout = 300ms, backoff = exp(100ms, 2s), deadline = 30s,
    max_attempts = 5
)]
async fn item(servers: &Rc<Servers>, budget: &Budget) -> Result<(), Fault> {
    servers.ask().await
}

/// Runs 4,000 items, 20 at once. Returns how many were saved, and the time that it took.
fn batch(seed: u64, is_hedged: bool, hang: Option<(Duration, Duration)>) -> (u32, Duration) {
    retry_runtime::random::seed(seed);
    on_virtual_time(async {
        let (servers, budget) = (Servers::new(seed), Rc::new(Budget::credit()));
        if let Some((begin, end)) = hang {
            servers.hang(begin, end);
        }
        let (left, saved, mut workers) = (Rc::new(RefCell::new(4000)), Rc::new(RefCell::new(0)), JoinSet::new());
        let begun = Instant::now();
        for _ in 0..20 {
            let (servers, budget, left, saved) = (servers.clone(), budget.clone(), left.clone(), saved.clone());
            workers.spawn_local(async move {
                while *left.borrow() > 0 {
                    *left.borrow_mut() -= 1;
                    let answer =
                        if is_hedged { hedged_item(&servers, &budget).await } else { item(&servers, &budget).await };
                    *saved.borrow_mut() += u32::from(answer.is_ok());
                }
            });
        }
        while workers.join_next().await.is_some() {}
        (saved.take(), begun.elapsed())
    })
}

#[test]
fn a_batch_through_a_hang_loses_hardly_more_to_hedges() {
    let hang = Some((SECOND, 2 * SECOND));
    let lost = |is_hedged| (1..=3).map(|seed| 4000 - batch(seed, is_hedged, hang).0).sum::<u32>();
    let (plain, hedged) = (lost(false), lost(true));
    println!("lost {plain}, {hedged} of 12000");
    assert!(f64::from(hedged) <= 1.15 * f64::from(plain), "{hedged} {plain}");
}

#[test]
fn a_batch_is_as_fast_or_faster() {
    for seed in 1..=3 {
        let ((plain, took), (hedged, took_hedged)) = (batch(seed, false, None), batch(seed, true, None));
        println!("{seed}: {took:?}, {took_hedged:?}");
        assert_eq!((plain, hedged), (4000, 4000));
        assert!(took_hedged <= took, "{seed}: {took_hedged:?} {took:?}");
    }
}
