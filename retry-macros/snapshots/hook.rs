#[retry(retry_on = transient, on_retry = repair)]
async fn hook() -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, on_retry = |attempt, error| log(attempt.number(), error))]
fn blocking_hook() -> Result<(), ApiError> {
    work()
}
