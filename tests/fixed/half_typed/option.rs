use retry_runtime::retry;

enum E {
    Busy,
}

#[retry(max_attempts = 3, retry_on = transient)]
fn half_a_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_attempts = 3, retry_on = transient)]
fn without_a_sign() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_attempts = 3, retry_on = transient)]
fn without_a_value() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_attempts = 3, retry_on = transient)]
fn without_a_value_amid() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_attempts = 3, retry_on = transient)]
fn without_a_comma() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = E::Busy)]
fn half_a_path() -> Result<(), E> {
    Ok(())
}

#[retry(retry_on = (Timeout, Status(500..=599)))]
fn half_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = |_| true)]
fn half_a_closure() -> std::io::Result<()> {
    Ok(())
}

#[retry(backoff = exp(100ms, 10s), retry_on = transient)]
fn half_a_backoff() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 30s)]
fn half_a_sum() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_attempts = 3, retry_on = transient)]
fn a_number() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_attempts = 3, retry_on = transient)]
fn a_text() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_attempts = 3, retry_on = transient)]
fn a_comma() -> std::io::Result<()> {
    Ok(())
}
