#[retry(retry_on = transient, fallback = stale(QUOTES, id, max_age = 10m))]
async fn quote(id: &str) -> Result<Cached<Quote>, ApiError> {
    Ok(ask(id).await?.into())
}

impl Client {
    #[retry(retry_on = transient, fallback = stale(self.cache, (from, to)))]
    fn distance(&self, from: u32, to: u32) -> Result<Cached<u32>, ApiError> {
        self.measure(from, to)
    }
}

#[retry(retry_on = transient, fallback = value(Vec::new()))]
fn list() -> Result<Vec<u32>, ApiError> {
    ask()
}
