#[retry(policy = policies::GENTLE, max_attempts = 5)]
async fn shared_policy() -> Result<(), ApiError> {
    work().await
}
