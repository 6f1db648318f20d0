#[retry(
    retry_on = (Connect, Status(500..=599 | 429)),
    except = Status(501),
    max_attempts = 5,
    backoff = exp(250us, 1m, factor = 1.5),
    throttled_backoff = linear(1s, 500ms, 10s),
    jitter = proportional(0.25),
    max_retry_after = 5m,
    deadline = 1h,
    attempt_timeout = 10s,
    name = "every limit",
)]
async fn every_limit() -> Result<(), ApiError> {
    work().await
}
