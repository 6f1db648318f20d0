//! Ten lines of use.
#![allow(dead_code)] // compiled, and not run

// In the README:
use retry_runtime::{Classify, http, retry};

#[derive(Debug, Classify, thiserror::Error)]
enum ApiError {
    #[error(transparent)]
    Http(#[from] reqwest::Error), // has the class of the error inside
    #[error(transparent)]
    Answer(#[from] http::StatusError), // has the class of its status, and the server's hint
    #[error("no such quote")]
    Unknown, // is not a class name, so it is permanent
}

#[retry(max_attempts = 3, backoff = exp(0.5, 4.0), retry_on = (Timeout, Status(503)))]
async fn quote(client: &reqwest::Client, id: &str) -> Result<String, ApiError> {
    let answer = client.get(format!("https://quotes.example/{id}")).send().await?;
    Ok(http::check(answer).await?.text().await?)
}
// Up to here.
