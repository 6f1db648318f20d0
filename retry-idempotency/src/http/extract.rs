//! Values that a handler receives from the layer and returns to it.

use core::convert::Infallible;
use core::ops::Deref;
use std::sync::Arc;

use axum_core::extract::{FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponseParts, ResponseParts};
use http::request::Parts;
use http::{HeaderName, Response, StatusCode};

use crate::http::response_codec;
use crate::session::{Claim, Completion, OnceError};

/// Extractor of the [`Claim`] of a request.
///
/// Use it for keys of other systems ([`Claim::key`]), and to store the response in a transaction of the handler.
///
/// `Option<Idempotent>` is for routes whose key is optional.
#[derive(Clone, Debug)]
pub struct Idempotent {
    claim: Claim,
    /// Headers that are recorded with the response.
    replayed: Arc<[HeaderName]>,
}

impl Idempotent {
    pub(super) fn new(claim: Claim, replayed: Arc<[HeaderName]>) -> Self {
        Self { claim, replayed }
    }

    /// Returns the claim.
    pub fn claim(&self) -> &Claim {
        &self.claim
    }

    /// Returns the values that finish the key with a response.
    ///
    /// Bind them in a transaction of the handler; see [`Claim::completion`].
    ///
    /// After the commit the handler must return the same response. Of its headers those are recorded that the layer
    /// replays.
    ///
    /// # Errors
    ///
    /// [`OnceError::ResultTooLarge`] above the limit of the store.
    pub fn response_completion<B: AsRef<[u8]>>(&self, response: &Response<B>) -> Result<Completion, OnceError> {
        let body = Some(response.body().as_ref());
        let record = response_codec::encode(response.status(), response.headers(), &self.replayed, body);
        self.claim.completion_with(record)
    }
}

impl Deref for Idempotent {
    type Target = Claim;

    fn deref(&self) -> &Claim {
        &self.claim
    }
}

const NO_LAYER: (StatusCode, &str) = (
    StatusCode::INTERNAL_SERVER_ERROR,
    "the request has no claim; put the route under an `IdempotencyLayer` that requires a key, or extract an `Option`",
);

impl<S: Sync> FromRequestParts<S> for Idempotent {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Self::Rejection> {
        parts.extensions.get().cloned().ok_or(NO_LAYER)
    }
}

impl<S: Sync> OptionalFromRequestParts<S> for Idempotent {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, Self::Rejection> {
        Ok(parts.extensions.get().cloned())
    }
}

/// Part of a response that declares that nothing happened.
///
/// The key is forgotten, and its next use is a first one. It is a part of axum's responses, and an extension of any response:
/// `response.extensions_mut().insert(NothingHappened)`.
///
/// ```
/// use http::StatusCode;
/// use retry_idempotency::http::NothingHappened;
///
/// async fn pay() -> (StatusCode, NothingHappened, &'static str) {
///     (StatusCode::SERVICE_UNAVAILABLE, NothingHappened, "the bank is closed, and was not asked")
/// }
/// # fn response<R: axum_core::response::IntoResponse>(_: impl AsyncFn() -> R) {}
/// # response(pay);
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct NothingHappened;

impl IntoResponseParts for NothingHappened {
    type Error = Infallible;

    fn into_response_parts(self, mut parts: ResponseParts) -> Result<ResponseParts, Infallible> {
        parts.extensions_mut().insert(self);
        Ok(parts)
    }
}
