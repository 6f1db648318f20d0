use retry_runtime::retry;

#[retry(retry_on = transient, breaker = 3)]
fn number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = Breaker::new())]
fn expression() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = std::sync::Arc::new(Breaker::builder().build().unwrap()))]
fn built_by_each_call() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, breaker = none)]
fn no_breaker() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = 50)]
fn attempts_a_second() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, rate_limit = per_minute(20))]
fn limit_of_its_own() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, nested = maybe)]
fn nested() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, nested = true)]
fn switch() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, nested = retry(2))]
fn nested_attempts() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
