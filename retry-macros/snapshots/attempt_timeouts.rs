/// Loads a page; a slow one gets more time at each attempt.
#[retry(retry_on = Timeout, attempt_timeout = exp(1s, 8s))]
async fn load(client: &Client, id: u64) -> Result<Page, ApiError> {
    client.load(id).await
}

#[retry(retry_on = Timeout, attempt_timeout = custom(timeout_of))]
async fn save(client: &Client, id: u64) -> Result<Page, ApiError> {
    client.save(id).await
}
