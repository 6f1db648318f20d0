use std::time::Duration;

use retry_runtime::retry;

const MOST: u32 = 1000;
const ZERO: Duration = Duration::ZERO;
const WEEK: Duration = Duration::from_secs(7 * 24 * 3600);

#[retry(retry_on = transient, max_attempts = MOST, backoff = exp(ZERO, 10s), max_retry_after = WEEK)]
fn three_faults() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
