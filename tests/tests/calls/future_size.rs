//! Bytes that `#[retry]` adds to a future. A wait reuses the place of the body, so a body that is smaller than a timer and
//! an outcome pays for these: the call ends with that outcome if the budget denies the retry.

use std::future::pending;
use std::hint::black_box;

use retry_runtime::{Classify, retry};

#[derive(Classify)]
#[expect(dead_code, reason = "never made, since nothing here is run")]
enum Fault {
    Timeout,
}

async fn bare<const BYTES: usize>() -> Result<u64, Fault> {
    let held = [0_u8; BYTES];
    pending::<()>().await;
    Ok(u64::from(black_box(&held)[0]))
}

#[retry(max_attempts = 3, backoff = exp(100ms, 10s), retry_on = Timeout)]
async fn annotated<const BYTES: usize>() -> Result<u64, Fault> {
    let held = [0_u8; BYTES];
    pending::<()>().await;
    Ok(u64::from(black_box(&held)[0]))
}

fn added<const BYTES: usize>() -> usize {
    let (bare, annotated) = (size_of_val(&bare::<BYTES>()), size_of_val(&annotated::<BYTES>()));
    println!("a body of {bare} bytes becomes {annotated}");
    annotated - bare
}

/// Features that these tests have.
///
/// `testing` and `chaos` add a record, a script, a time, and the kind of timer; `settings` adds those of the call.
const FOR_TESTS: usize = 5 * 8;

#[test]
fn a_future_grows_by_at_most_72_bytes() {
    assert!(added::<160>() <= 72 + FOR_TESTS);
    assert!(added::<1024>() <= 72 + FOR_TESTS);
}

/// 112 bytes is tokio's timer, 16 an outcome, and 8 the place in line.
#[test]
fn a_small_future_grows_by_at_most_a_timer_and_an_outcome_more() {
    assert!(added::<1>() <= 64 + 112 + 16 + 8 + FOR_TESTS);
    assert!(added::<64>() <= 64 + 112 + 16 + 8 - 64 + FOR_TESTS);
}
