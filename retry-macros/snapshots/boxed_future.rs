#[retry(retry_on = transient)]
fn boxed_future(client: &Client) -> Pin<Box<dyn Future<Output = Result<Quote, ApiError>> + Send + '_>> {
    let id = client.next_id();
    Box::pin(async move {
        let client = client;
        client.fetch(id).await
    })
}
