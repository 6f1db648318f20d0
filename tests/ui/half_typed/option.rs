use retry_runtime::retry;

#[retry(max_att)]
fn half_a_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_attempts)]
fn without_a_sign() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_attempts =)]
fn without_a_value() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_attempts = , retry_on = transient)]
fn without_a_value_amid() -> std::io::Result<()> {
    Ok(())
}

#[retry(max_attempts = 3 retry_on = transient)]
fn without_a_comma() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (E::))]
fn half_a_path() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Status(50..)))]
fn half_a_range() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = |error|)]
fn half_a_closure() -> std::io::Result<()> {
    Ok(())
}

#[retry(backoff = exp(100ms, ), retry_on = transient)]
fn half_a_backoff() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, deadline = 3 +)]
fn half_a_sum() -> std::io::Result<()> {
    Ok(())
}

#[retry(3)]
fn a_number() -> std::io::Result<()> {
    Ok(())
}

#[retry("transient")]
fn a_text() -> std::io::Result<()> {
    Ok(())
}

#[retry(,)]
fn a_comma() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on)]
fn retry_on_alone() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on =)]
fn retry_on_and_a_sign() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, jitter = )]
fn jitter_and_a_sign() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp())]
fn backoff_and_a_parenthesis() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, backoff = exp(0.5,))]
fn backoff_and_a_base() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Time))]
fn half_a_class() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, on_retry = |attempt, )]
fn half_a_hook() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
