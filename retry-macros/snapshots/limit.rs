#[retry(retry_on = transient, limit = SHOP)]
async fn waiting() -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, limit = SHOP)]
fn blocking() -> Result<(), ApiError> {
    work()
}
