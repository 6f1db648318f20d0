#[retry(retry_on = transient, max_attempts = unbounded, cancel = token.cancelled())]
async fn cancel(token: &Token) -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, cancel = || stop.load(Relaxed))]
fn blocking_cancel(stop: &AtomicBool) -> Result<(), ApiError> {
    work()
}
