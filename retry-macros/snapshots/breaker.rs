#[retry(retry_on = transient, breaker = SHOP)]
async fn waiting() -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, breaker = SHOP)]
fn blocking() -> Result<(), ApiError> {
    work()
}
