use retry_runtime::retry;

#[retry(retry_on = transient, hedge = p95)]
async fn consumed(text: String) -> std::io::Result<Vec<u8>> {
    Ok(text.into_bytes())
}

struct Request(String);

impl Request {
    #[retry(retry_on = transient, hedge = p95)]
    async fn send(self) -> std::io::Result<String> {
        Ok(self.0)
    }
}

fn main() {}
