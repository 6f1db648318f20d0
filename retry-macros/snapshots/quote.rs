#[retry(max_attempts = 3, backoff = exp(0.5, 4.0), retry_on = (Timeout, Status(503)))]
async fn quote(client: &Client, id: &str) -> Result<Quote, ApiError> {
    client.fetch(id).await?.parse()
}
