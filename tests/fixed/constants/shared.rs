use std::io;
use std::time::Duration;

use retry_runtime::{Backoff, Classes, Policy, retry};

const ENDLESS: Policy = Policy::new().retry_on(Classes::new().transient()).max_attempts(9);
const HOT: Policy = ENDLESS
    .backoff(Backoff::exponential(Duration::from_millis(100), Duration::from_secs(10)))
    .deadline(Duration::from_secs(60));
const PERMANENT: Policy = Policy::new().retry_on(Classes::new().status(503));

const POINTLESS: Policy = Policy::new();

struct Client {
    retry: Policy,
}

#[retry(policy = ENDLESS)]
fn endless() -> io::Result<()> {
    Ok(())
}

#[retry(policy = HOT)]
fn hot() -> io::Result<()> {
    Ok(())
}

#[retry(policy = PERMANENT)]
fn permanent() -> io::Result<()> {
    Ok(())
}

#[retry(policy = PERMANENT, retry_on = None)]
fn option() -> Option<()> {
    None
}

#[retry(retry_ok = |()| false, retry_on = transient)]
fn nothing() -> io::Result<()> {
    Ok(())
}

#[retry(policy = POINTLESS, retry_on = transient)]
fn pointless() -> io::Result<()> {
    Ok(())
}

impl Client {
    #[retry(policy = self.retry, max_attempts = unbounded, deadline = 60s)]
    fn configured(&self) -> io::Result<()> {
        Ok(())
    }
}

fn main() {}
