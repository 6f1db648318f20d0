#[retry(retry_on = transient, backoff = fibonacci(10ms, 1s), jitter = decorrelated)]
fn fibonacci() -> Result<(), ApiError> {
    work()
}

#[retry(retry_on = transient, backoff = fixed(1s), jitter = additive(100ms))]
fn fixed() -> Result<(), ApiError> {
    work()
}

#[retry(retry_on = transient, backoff = none, jitter = none)]
fn none() -> Result<(), ApiError> {
    work()
}

#[retry(retry_on = transient, backoff = custom(wait_before), jitter = equal)]
fn custom() -> Result<(), ApiError> {
    work()
}
