//! What can go wrong with a call.

use std::time::Duration;

use reqwest::{Response, StatusCode};
use retry_runtime::{Class, Classify, Stopped};
use thiserror::Error;

#[derive(Debug, Error)]
pub(crate) enum ShopError {
    /// The shop answered, and said no.
    #[error("the shop answered {status}")]
    Refused { status: StatusCode, retry_after: Option<Duration> },
    /// The session's token is no longer good.
    #[error("the session has expired")]
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

impl Classify for ShopError {
    fn class(&self) -> Class {
        match self {
            Self::Refused { status, .. } => Class::Status(status.as_u16()),
            Self::Unauthorized => Class::Status(401),
            Self::Transport(error) => error.class(),
            Self::Stopped(_) => Class::Timeout,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }
}
