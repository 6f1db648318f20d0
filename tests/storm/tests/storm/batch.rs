//! Batches that the policies of the storms lose, or do not.

use retry_runtime::Breaker;
use retry_runtime::storm::{Batch, op};
use retry_storm_tests::{credit, jitter, naive, shop_ratio};

fn lost(call: &retry_runtime::storm::CallTo) -> u32 {
    Batch::new(1000, 50).run(call).expect("the batch is complete").lost()
}

#[test]
fn the_budget_that_ends_a_storm_loses_no_batch() {
    assert_eq!(lost(&op!(naive::leaf => "db")), 0);
    assert_eq!(lost(&op!(jitter::leaf => "db")), 0);
    assert_eq!(lost(&op!(credit::leaf => "db")), 0);
}

#[test]
fn a_breaker_and_a_ratio_lose_it() {
    assert!(lost(&op!(credit::leaf => "db").breaker(Breaker::new())) > 900);
    assert!(lost(&op!(shop_ratio::load => "db")) > 500);
}

#[test]
fn a_batch_takes_its_time() {
    let verdict = Batch::new(100, 1).run(&op!(naive::leaf => "db")).expect("the batch is complete");
    // Two attempts of each item, two messages each, and an answer after 1 ms and after 5 ms.
    assert!((0.5..1.3).contains(&verdict.time().as_secs_f64()), "{verdict:?}");
    let slower = Batch::new(100, 1).takes(crate::chain::seconds(1)).seed(2);
    let slower = slower.run(&op!(naive::leaf => "db").attempt_timeout(crate::chain::seconds(60)));
    assert!(slower.expect("the batch is complete").time().as_secs() > 60);
}
