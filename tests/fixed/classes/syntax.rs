use retry_runtime::retry;

#[retry(retry_on = (Timeout, Connect))]
fn in_brackets() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Status(503)))]
fn in_braces() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, except = (Timeout))]
fn in_brackets_of_except() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout)]
fn in_quotes() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Status(503)))]
fn without_parentheses() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, std::io::Error { .. }))]
fn pattern_without_parentheses() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Timeout, Connect))]
fn without_a_sign() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn with_a_colon() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout | Connect, retry_if = |_| true)]
fn guard_of_several() -> std::io::Result<()> {
    Ok(())
}
