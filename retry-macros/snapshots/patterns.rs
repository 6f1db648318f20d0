#[retry(retry_on = (Timeout, ApiError::Busy { .. }, ApiError::Code(n) if *n > 4, error(Locked)), except = (Conflict, ApiError::Code(9)))]
async fn patterns() -> Result<(), ApiError> {
    work().await
}
