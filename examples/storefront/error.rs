//! Errors of a call.

use std::time::Duration;

use reqwest::{Response, StatusCode};
use retry_runtime::{Classify, Stopped};
use thiserror::Error;

#[derive(Debug, Error, Classify)]
pub(crate) enum ShopError {
    /// The shop answered, and said no.
    #[error("the shop answered {status}")]
    #[classify(status = status, retry_after = retry_after)]
    Refused { status: StatusCode, retry_after: Option<Duration> },
    /// The session's token is no longer good.
    #[error("the session has expired")]
    #[classify(Status(401))]
    Unauthorized,
    /// No answer, half of one, or one that cannot be read.
    #[error(transparent)]
    Transport(#[from] reqwest::Error),
    /// No attempt returned: each was cut at its timeout.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// The answer, if the shop said yes. Unlike `error_for_status` it keeps how long the shop asked to wait.
pub(crate) fn accepted(answer: Response) -> Result<Response, ShopError> {
    match answer.status() {
        StatusCode::UNAUTHORIZED => Err(ShopError::Unauthorized),
        status if status.is_success() => Ok(answer),
        status => Err(ShopError::Refused { status, retry_after: answer.retry_after() }),
    }
}
