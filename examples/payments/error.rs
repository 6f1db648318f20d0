//! Why a payment was not made.

use retry_idempotency::OnceError;
use retry_runtime::Classify;
use serde::{Deserialize, Serialize};
use thiserror::Error;

#[derive(Debug, Error, Classify, Serialize, Deserialize)]
pub(crate) enum PayError {
    #[error(transparent)]
    Once(#[from] OnceError),
    /// The effect in the database is unknown.
    #[error("the ledger: {0}")]
    #[classify(Disconnected)]
    Ledger(String),
    /// The effect at the gateway is unknown.
    #[error("the gateway did not answer")]
    #[classify(Timeout)]
    Gateway,
}

impl PayError {
    #[allow(clippy::needless_pass_by_value)] // as `map_err` hands it over
    pub(crate) fn ledger(error: impl ToString) -> Self {
        Self::Ledger(error.to_string())
    }
}
