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

#[retry(retry_on = transient)]
fn retry_on_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn retry_on_and_a_sign() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = full)]
fn jitter_and_a_sign() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(0.5, 10s))]
fn backoff_and_a_parenthesis() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(0.5, 10s))]
fn backoff_and_a_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout))]
fn half_a_class() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, on_retry = |_, _| ())]
fn half_a_hook() -> std::io::Result<()> {
    Ok(())
}
