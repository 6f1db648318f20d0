use retry_runtime::retry;

#[retry(
    max_attempts = 1,
    backoff = exp(4, 0.5),
    jitter = proportional(2),
    retry_on = (Timeuot, Status(200)),
    deadline = 30secs,
    tries = 3,
    context = name
)]
fn many(name: &str) -> std::io::Result<()> {
    let _ = name;
    Ok(())
}

#[retry(max_attempts = 3, max_attempts = 4, retry_on = transient)]
fn option_twice() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, retry_on = Timeout, name = "a", name = "b")]
fn two_options_twice() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
