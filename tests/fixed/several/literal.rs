use retry_runtime::retry;

#[retry(max_attempts = 2, backoff = exp(0.5, 4), jitter = proportional(0.25), retry_on = (Timeout, Status(503)), deadline = 30s, context = this_attempt)]
fn many(name: &str) -> std::io::Result<()> {
    let _ = name;
    Ok(())
}

#[retry(max_attempts = 3, retry_on = transient)]
fn option_twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, name = "a")]
fn two_options_twice() -> std::io::Result<()> {
    Ok(())
}
