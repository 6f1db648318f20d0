use retry_runtime::retry;

#[retry(retry_on = transient, clone = text)]
fn blocking(text: String) -> std::io::Result<()> {
    drop(text);
    Ok(())
}

#[retry(retry_on = transient, clone = text)]
async fn waiting(text: String) -> std::io::Result<()> {
    drop(text);
    Ok(())
}

#[retry(retry_on = transient, clone = text, on_retry = |_, _| ())]
async fn with_a_hook(text: String) -> std::io::Result<()> {
    drop(text);
    Ok(())
}
