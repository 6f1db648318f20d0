//! The delay that is learned.

use std::cell::Cell;
use std::time::Duration;

use retry_runtime::{Budget, retry};
use retry_tests::Fault;
use tokio::time::sleep;

use crate::hedge::MS;

#[retry(retry_on = Timeout, budget = budget, hedge = p95(at_most = 0.5, at_once = 100))]
async fn ask(begun: &Cell<u32>, time: Duration, budget: &Budget) -> Result<(), Fault> {
    begun.set(begun.get() + 1);
    sleep(time).await;
    Ok(())
}

/// Returns the share of `calls` that have a hedge, of uniform times up to `longest`.
async fn share(calls: u32, longest: Duration) -> f64 {
    let (begun, budget) = (Cell::new(0), Budget::credit());
    for _ in 0..calls {
        ask(&begun, longest.mul_f64(random()), &budget).await.unwrap();
    }
    f64::from(begun.get() - calls) / f64::from(calls)
}

thread_local! {
    static STATE: Cell<u64> = const { Cell::new(1) };
}

/// Draws a uniform number from 0 to 1.
fn random() -> f64 {
    let next = STATE.get().wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    STATE.set(next);
    f64::from(u32::try_from(next >> 32).unwrap()) / f64::from(u32::MAX)
}

#[tokio::test(start_paused = true)]
async fn one_call_in_twenty_is_hedged_also_when_the_service_changes() {
    assert!(share(100, 100 * MS).await == 0.0, "the delay is not known yet");
    let settled = share(1000, 100 * MS).await;
    assert!((0.03..0.07).contains(&settled), "{settled}");
    share(800, 1000 * MS).await;
    let slower = share(1000, 1000 * MS).await;
    assert!((0.03..0.07).contains(&slower), "{slower}");
    share(1200, 100 * MS).await;
    let faster = share(1000, 100 * MS).await;
    assert!((0.03..0.07).contains(&faster), "{faster}");
}
