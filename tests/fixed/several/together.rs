use retry_runtime::{Policy, retry};

#[retry(retry_on = transient, deadline = 50s)]
fn three_rules() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 2, deadline = 500ms)]
fn attempts_and_deadline() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(10s), jitter = additive(2s))]
fn backoff_and_jitter() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, deadline = 2s, attempt_timeout = 1s)]
async fn async_class_and_timeout() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(1ms), deadline = 50ms)]
fn deadline_of_a_faulty_backoff() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = fixed(1ms), deadline = 50ms)]
fn deadline_of_a_misspelt_backoff() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = unbounded, deadline = 30s)]
fn end_of_a_faulty_deadline() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = unbounded, deadline = 30s)]
fn end_of_a_misspelt_deadline() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, max_attempts = 2)]
fn function_and_options() -> std::io::Result<u32> {
    Ok(3)
}

struct Client {
    retry: Policy,
}

impl Client {
    #[retry(policy = self.retry, deadline = 2s, attempt_timeout = 1s)]
    async fn beside_a_policy(&self) -> std::io::Result<()> {
        Ok(())
    }
}
