use std::time::Duration;

use retry_runtime::retry;

#[retry(retry_on = transient, max_attempts = most)]
fn attempts(most: u32) -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(wait))]
fn backoff(wait: Duration) -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_retry_after = wait)]
fn hint(wait: Duration) -> std::io::Result<()> {
    Ok(())
}

struct Client {
    wait: Duration,
}

impl Client {
    #[retry(retry_on = transient, backoff = exp(self.wait, 10s))]
    fn by_a_field(&self) -> std::io::Result<()> {
        Ok(())
    }
}

#[retry(retry_on = Status(code))]
fn status(code: u16) -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, except = Status(500..=code))]
fn end_of_a_range(code: u16) -> std::io::Result<()> {
    Ok(())
}

fn main() {}
