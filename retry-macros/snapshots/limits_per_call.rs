#[retry(retry_on = transient, deadline = left, attempt_timeout = left / 3)]
async fn limits_per_call(left: Duration) -> Result<(), ApiError> {
    work().await
}
