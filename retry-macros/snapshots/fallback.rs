#[retry(retry_on = transient, fallback = |error| cached(error))]
async fn fallback() -> Result<Quote, ApiError> {
    work().await
}

#[retry(retry_on = transient, fallback = from_cache)]
async fn async_fallback() -> Result<Quote, ApiError> {
    work().await
}
