use retry_runtime::retry;

const MOST: usize = 3;
const WAIT: u64 = 100;

#[retry(retry_on = transient, max_attempts = MOST)]
fn attempts() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(WAIT))]
fn backoff() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
