#[retry(retry_on = transient, retry_ok = Status(503))]
async fn by_class() -> Result<Response, ApiError> {
    work().await
}

#[retry(retry_ok = Vec::is_empty)]
async fn by_predicate() -> Result<Vec<u8>, ApiError> {
    work().await
}
