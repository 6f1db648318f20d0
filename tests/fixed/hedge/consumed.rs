use retry_runtime::retry;

#[retry(retry_on = transient, hedge = p95, clone = text)]
async fn consumed(text: String) -> std::io::Result<Vec<u8>> {
    Ok(text.into_bytes())
}

#[derive(Clone)]
struct Request(String);

impl Request {
    #[retry(retry_on = transient, hedge = p95)]
    async fn send(self) -> std::io::Result<String> {
        let this = self.clone();
        Ok(this.0)
    }
}
