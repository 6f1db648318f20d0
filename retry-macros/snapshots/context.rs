#[retry(retry_on = transient, context = attempt)]
async fn context() -> Result<(), ApiError> {
    work(attempt.number()).await
}
