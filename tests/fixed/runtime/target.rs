use retry_runtime::retry;

#[retry(retry_on = transient, runtime = futures_timer)]
async fn elsewhere() -> std::io::Result<()> {
    Ok(())
}
