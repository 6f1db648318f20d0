#[retry(retry_on = transient)]
async fn impl_trait(source: impl Source) -> Result<impl Iterator<Item = Quote>, ApiError> {
    source.quotes().await
}
