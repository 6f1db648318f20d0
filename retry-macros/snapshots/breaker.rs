#[retry(retry_on = transient, breaker = SHOP)]
async fn waiting() -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, breaker = SHOP)]
fn blocking() -> Result<(), ApiError> {
    work()
}

#[retry(retry_on = transient, breaker = PER_HOST.get(host))]
async fn per_call(host: &str) -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, breaker = &CONFIGURED)]
async fn lazy() -> Result<(), ApiError> {
    work().await
}
