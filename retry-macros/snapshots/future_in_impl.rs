#[retry(retry_on = transient)]
fn future_in_impl(client: &Client) -> impl Future<Output = Result<Quote, ApiError>> {
    async move { client.fetch().await }
}
