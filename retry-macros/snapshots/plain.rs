#[retry(retry_on = transient)]
async fn plain(client: &Client) -> Result<Quote, ApiError> {
    client.fetch().await
}
