//! What a handler gets from the layer, and tells it.

use ::axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use ::http::StatusCode;
use ::http::request::Parts;

use crate::idempotency::Claim;

/// The claim of the request at hand, as an extractor: for keys of other systems ([`Claim::key`]), and to store the answer
/// in a transaction of the handler's own.
///
/// `Option<Idempotent>` is for routes where a key is optional.
#[derive(Clone, Debug)]
pub struct Idempotent(
    /// The claim.
    pub Claim,
);

const NO_LAYER: (StatusCode, &str) = (
    StatusCode::INTERNAL_SERVER_ERROR,
    "the request has no claim; put the route under an `IdempotencyLayer` that demands a key, or extract an `Option`",
);

impl<S: Sync> FromRequestParts<S> for Idempotent {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get().cloned().ok_or(NO_LAYER)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Idempotent {
    type Rejection = core::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get().cloned())
    }
}

/// An extension of a response by which the handler says that nothing has happened: the key is forgotten, and its next use is
/// a first one.
#[derive(Clone, Copy, Debug, Default)]
pub struct NothingHappened;
