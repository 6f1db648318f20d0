#[retry(retry_on = transient, budget = PAYMENTS)]
async fn of_a_static() -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, budget = none)]
async fn none() -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, budget = ratio(0.1, 10s, reserve = 0.5))]
async fn written() -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, budget = credit(wait = 10s))]
async fn waiting() -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, budget = credit(500, wait = none))]
async fn without_a_line() -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, budget = PER_USER.of(user))]
async fn per_call(user: &str) -> Result<(), ApiError> {
    work().await
}

#[retry(retry_on = transient, budget = &shop::LIMITS.reads)]
async fn in_a_static() -> Result<(), ApiError> {
    work().await
}
