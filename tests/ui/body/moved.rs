use retry_runtime::retry;

#[retry(retry_on = transient)]
fn blocking(text: String) -> std::io::Result<()> {
    drop(text);
    Ok(())
}

#[retry(retry_on = transient)]
async fn waiting(text: String) -> std::io::Result<()> {
    drop(text);
    Ok(())
}

#[retry(retry_on = transient, on_retry = |_, _| ())]
async fn with_a_hook(text: String) -> std::io::Result<()> {
    drop(text);
    Ok(())
}

fn main() {}
