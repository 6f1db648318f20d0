#[retry(retry_on = transient, pace = OPENAI, concurrency = 20, rate_limit = SHOP)]
async fn all_three() -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, concurrency = limit(AT_A_TIME, wait = 200ms))]
fn blocking() -> Result<(), ApiError> {
    work()
}

#[retry(retry_on = transient, pace = ACCOUNTS.get(account), concurrency = &CONFIGURED, deadline = patience)]
async fn per_call(account: &str, patience: Duration) -> Result<(), ApiError> {
    work().await
}
