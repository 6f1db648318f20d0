use retry_runtime::{Policy, retry};

#[retry(retry_on = (transient, Timeout), deadline = 50ms, jitter = additive(20s))]
fn three_rules() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 1, deadline = 50ms)]
fn attempts_and_deadline() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(0), jitter = additive(20s))]
fn backoff_and_jitter() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeuot, deadline = 1s, attempt_timeout = 2s)]
async fn async_class_and_timeout() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(1parsec), deadline = 50ms)]
fn deadline_of_a_faulty_backoff() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backof = fixed(1ms), deadline = 50ms)]
fn deadline_of_a_misspelt_backoff() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = unbounded, deadline = 30parsecs)]
fn end_of_a_faulty_deadline() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = unbounded, deadlin = 30s)]
fn end_of_a_misspelt_deadline() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeuot, max_attempts = 1)]
fn function_and_options() -> u32 {
    3
}

struct Client {
    retry: Policy,
}

impl Client {
    #[retry(policy = self.retry, deadline = 1s, attempt_timeout = 2s)]
    async fn beside_a_policy(&self) -> std::io::Result<()> {
        Ok(())
    }
}

fn main() {}
