use std::time::Duration;

use retry_runtime::{Backoff, Classes, Policy, TimedPolicy, retry};

const CUT: TimedPolicy = Policy::new().retry_on(Classes::new().transient()).attempt_timeout(Duration::from_secs(1));
const SLOW: Policy =
    Policy::new().retry_on(Classes::new().transient()).backoff(Backoff::fixed(Duration::from_secs(60)));

#[retry(policy = CUT)]
fn timeout_of_a_blocking_function() -> std::io::Result<()> {
    Ok(())
}

#[retry(policy = SLOW, deadline = 5s)]
fn deadline_below_the_first_wait() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
