use std::time::Duration;

use retry_runtime::{Policy, PolicyError, TimedPolicy, retry};

const CUTS: Policy = Policy::new().attempt_timeout(Duration::from_secs(1));

const TIMED: TimedPolicy = TimedPolicy::new().attempt_timeout(Duration::from_secs(1));

const NUMBER: u32 = 3;

fn configured() -> Result<Policy, PolicyError> {
    Policy::builder().attempt_timeout(Duration::from_secs(1)).build()
}

fn blocking() -> std::io::Result<()> {
    retry_runtime::call_blocking(&TIMED, || Ok(()))
}

#[retry(policy = NUMBER)]
fn number() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
