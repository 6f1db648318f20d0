use retry_runtime::retry;

#[retry(retry_on = transient)]
fn in_a_row() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn by_its_path() -> std::io::Result<()> {
    Ok(())
}
