use std::time::Duration;

use retry_runtime::retry;

const MOST: u32 = 100;
const ZERO: Duration = Duration::from_millis(1);
const WEEK: Duration = Duration::from_secs(24 * 3600);

#[retry(retry_on = transient, max_attempts = MOST, backoff = exp(ZERO, 10s), max_retry_after = WEEK)]
fn three_faults() -> std::io::Result<()> {
    Ok(())
}
