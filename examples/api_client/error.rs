//! Errors of the client.

use retry_runtime::{Classify, Stopped, http};

/// Error of a call.
#[derive(Debug, Classify, thiserror::Error)]
pub(crate) enum ApiError {
    /// No answer, or half of one: has the class of the error inside.
    #[error(transparent)]
    Http(reqwest::Error),
    /// A status of 400 to 599: has its class, and the server's hint.
    #[error(transparent)]
    Answer(#[from] http::StatusError),
    #[error("the answer is not JSON: {0}")]
    #[classify(Malformed)]
    Json(#[from] serde_json::Error),
    /// No attempt returned: each was cut at its timeout, or the breaker or a limit admitted none.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl From<reqwest::Error> for ApiError {
    /// Removes the URL, because tokens may be in its query.
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error.without_url())
    }
}
