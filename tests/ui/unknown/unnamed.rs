use retry_runtime::{Classes, Policy, retry};

const POLICY: Policy = Policy::new().retry_on(Classes::new().transient());

#[derive(Debug, retry_runtime::Classify)]
enum Fault {
    Timeout,
    Busy,
}

#[retry(Timeout)]
fn class() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(Fault::Busy, max_attempts = 2)]
fn pattern() -> Result<u32, Fault> {
    Ok(1)
}

#[retry((Timeout, Connect))]
fn list() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(Busy)]
fn bare_name() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(retry_on = Timeout, Fault::Busy, Connect)]
fn list_without_parentheses() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(retry_on = transient, except = Conflict, Connect)]
fn exceptions_without_parentheses() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(POLICY)]
fn policy() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(3, retry_on = transient)]
fn attempts() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(retry_on = transient, exp(100ms, 1s), full)]
fn backoff_and_jitter() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(ExponentialBackoff::from_millis(10).take(3), retry_on = transient)]
fn strategy() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(|error| matches!(error, Fault::Busy))]
fn closure() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(is_busy)]
fn predicate() -> Result<u32, Fault> {
    Ok(1)
}

#[retry("timeout")]
fn text() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(std::io::Error)]
fn error_type() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = transient, [])]
fn nothing() -> Result<u32, Fault> {
    Ok(1)
}

fn main() {}
