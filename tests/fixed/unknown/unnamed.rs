use retry_runtime::{Classes, Policy, retry};

const POLICY: Policy = Policy::new().retry_on(Classes::new().transient());

#[derive(Debug, retry_runtime::Classify)]
enum Fault {
    Timeout,
    Busy,
}

#[retry(retry_on = Timeout)]
fn class() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(retry_on = Fault::Busy, max_attempts = 2)]
fn pattern() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(retry_on = (Timeout, Connect))]
fn list() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(retry_on = error(Fault::Busy))]
fn bare_name() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(retry_on = (Timeout, Fault::Busy, Connect))]
fn list_without_parentheses() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(retry_on = transient, except = (Conflict, Connect))]
fn exceptions_without_parentheses() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(policy = POLICY)]
fn policy() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(max_attempts = 3, retry_on = transient)]
fn attempts() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(retry_on = transient, backoff = exp(100ms, 1s), jitter = full)]
fn backoff_and_jitter() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(backoff = exp(10ms, 10s), max_attempts = 4, retry_on = transient)]
fn strategy() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(retry_if = |error| matches!(error, Fault::Busy))]
fn closure() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(retry_if = is_busy)]
fn predicate() -> Result<u32, Fault> {
    Ok(1)
}

fn is_busy(fault: &Fault) -> bool {
    matches!(fault, Fault::Busy)
}

#[retry(retry_on = Timeout)]
fn text() -> Result<u32, Fault> {
    Ok(1)
}

#[retry(retry_on = transient)]
fn error_type() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = transient)]
fn nothing() -> Result<u32, Fault> {
    Ok(1)
}
