use retry_runtime::retry;

async fn told(_: &retry_runtime::Attempt, _: &std::io::Error) {}

#[retry(retry_on = transient, on_retry = told)]
async fn not_async() -> std::io::Result<()> {
    Ok(())
}
