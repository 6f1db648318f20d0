impl Client {
    /// Fetches one quote.
    #[retry(retry_on = (transient, Malformed), max_attempts = 4, attempt_timeout = 2s)]
    #[inline]
    pub(crate) async fn method_with_docs<T: Parse>(&self, id: &str) -> Result<T, ApiError> {
        self.fetch(id).await?.parse()
    }
}
