#[retry(retry_on = transient, rate_limit = SHOP)]
async fn waiting() -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, rate_limit = SHOP)]
fn blocking() -> Result<(), ApiError> {
    work()
}

#[retry(retry_on = transient, rate_limit = PER_HOST.get(host))]
async fn per_call(host: &str) -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, rate_limit = &CONFIGURED)]
async fn lazy() -> Result<(), ApiError> {
    work().await
}
