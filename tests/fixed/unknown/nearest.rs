use retry_runtime::retry;

#[retry(max_attempts = 3, retry_on = transient)]
fn misspelt() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn swapped() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_attempts = 3)]
fn of_nobody() -> std::io::Result<()> {
    Ok(())
}
