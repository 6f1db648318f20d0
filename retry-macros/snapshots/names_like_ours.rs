#[retry(retry_on = transient, max_attempts = OPERATION)]
async fn names_like_ours(call: u8, outcome: u8) -> Result<Policy, ApiError> {
    work(call, outcome).await
}
