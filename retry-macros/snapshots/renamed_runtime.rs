#[retry(retry_on = transient, crate = crate::vendored::retry_runtime)]
async fn renamed_runtime() -> Result<(), ApiError> {
    work().await
}
