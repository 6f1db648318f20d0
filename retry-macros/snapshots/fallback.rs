#[retry(retry_on = transient, fallback = |error| cached(error))]
async fn fallback() -> Result<Quote, ApiError> {
    work().await
}

#[retry(retry_on = transient, fallback = from_cache)]
async fn async_fallback() -> Result<Quote, ApiError> {
    work().await
}

#[retry(retry_on = transient, retry_ok = Vec::is_empty, fallback = |result| result.map(or_default))]
async fn fallback_of_a_rejected_ok() -> Result<Vec<u8>, ApiError> {
    work().await
}
