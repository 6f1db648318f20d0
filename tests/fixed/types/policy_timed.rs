use std::time::Duration;

use retry_runtime::{Policy, PolicyError, TimedPolicy, retry};

const CUTS: TimedPolicy = Policy::new().attempt_timeout(Duration::from_secs(1));

const TIMED: Policy = Policy::new();

const NUMBER: Policy = Policy::new().max_attempts(3).retry_on(retry_runtime::Classes::new().connect());

fn configured() -> Result<TimedPolicy, PolicyError> {
    Policy::builder().attempt_timeout(Duration::from_secs(1)).build()
}

fn blocking() -> std::io::Result<()> {
    retry_runtime::call_blocking(&TIMED, || Ok(()))
}

#[retry(policy = NUMBER)]
fn number() -> std::io::Result<()> {
    Ok(())
}
