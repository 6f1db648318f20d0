use retry_runtime::retry;

#[retry(retry_on = transient, on_retry = async |_, _| { 3; })]
async fn a_number() -> std::io::Result<()> {
    Ok(())
}
