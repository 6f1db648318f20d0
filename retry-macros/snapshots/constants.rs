#[retry(
    retry_on = (Timeout, Status(FIRST..=LAST)),
    max_attempts = ATTEMPTS,
    backoff = exp(limits::BASE, 10s),
    jitter = proportional(SHARE),
    deadline = Duration::from_secs(60),
)]
async fn constants() -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, budget = credit(REST))]
async fn budget() -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, budget = credit(REST, wait = LONGEST))]
async fn line() -> Result<(), ApiError> {
    work().await
}
