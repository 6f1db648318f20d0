use retry_runtime::retry;

#[retry(retry_on = transient, name = "quotes")]
fn empty_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn text_for_a_policy() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 3)]
fn number_for_a_policy() -> std::io::Result<()> {
    Ok(())
}
