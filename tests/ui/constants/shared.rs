use std::io;
use std::time::Duration;

use retry_runtime::{Backoff, Classes, Policy, retry};

const ENDLESS: Policy = Policy::new().retry_on(Classes::new().transient()).unbounded();
const HOT: Policy = ENDLESS.backoff(Backoff::none()).deadline(Duration::from_secs(60));
const PERMANENT: Policy = Policy::new().retry_on(Classes::new().status(404));

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

#[retry(policy = PERMANENT)]
fn option() -> Option<()> {
    None
}

#[retry(retry_ok = ())]
fn nothing() -> io::Result<()> {
    Ok(())
}

#[retry(policy = POINTLESS)]
fn pointless() -> io::Result<()> {
    Ok(())
}

impl Client {
    #[retry(policy = self.retry, max_attempts = unbounded)]
    fn configured(&self) -> io::Result<()> {
        Ok(())
    }
}

fn main() {}
