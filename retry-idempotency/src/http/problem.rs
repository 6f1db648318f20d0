//! The layer's own responses: problem details (RFC 9457).

use core::fmt;
use core::time::Duration;

use axum_core::body::Body;
use axum_core::response::Response;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderValue, StatusCode};

use crate::http::extract::NothingHappened;
use crate::protocol::StoreError;
use crate::session::OnceError;

/// Response of the layer itself, as `application/problem+json`.
///
/// Its `type` is the address of the variant here. If the request has met another one with its key, `first_request_at` is the time
/// at which that one claimed the key (RFC 3339, by the store's clock), and `first_request_id` its id: the
/// [token](crate::Claim::token) that its handler has, and that the command `retry-keys show` prints.
///
/// No response quotes a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// 400: the request has no `Idempotency-Key`, and the route requires one.
    Missing,
    /// 400: the key is not 1 to 255 characters of printable ASCII.
    ///
    /// Also if its quotes are faulty, or the header is there twice.
    Malformed,
    /// 401: the client is unknown.
    NoClient,
    /// 413: the body of the request is above the limit. Nothing was claimed.
    TooLarge,
    /// 400: the body of the request broke off. Nothing was claimed.
    BrokenOff,
    /// 409 with `Retry-After`: the first request with the key is in flight.
    InFlight,
    /// 409 without `Retry-After`: the first request was interrupted.
    ///
    /// It is unknown whether it was done. It does not run again.
    Interrupted,
    /// 409 with `Retry-After`: this server has lost the key to another one.
    Lost,
    /// 503: the lease ended while the handler ran.
    ///
    /// The store of keys could not be reached for too long. The handler was dropped. It is unknown whether the request was done, unless the layer is in transactions.
    LeaseEnded,
    /// 409: a request without a key repeats an earlier one.
    ///
    /// It was recorded for review.
    Duplicate,
    /// 422: the key was used for another request.
    Mismatch,
    /// 410: the request was done, but its response was not kept.
    ///
    /// `first_status` is its status.
    NotKept,
    /// 429: the client has as many keys as it may. Nothing was run.
    ///
    /// The store sets the bound, by its number of keys per scope.
    TooManyKeys,
    /// 503: the store of keys cannot be reached. Nothing was run.
    StoreDown,
    /// 503: the store of keys was set up again, or has lost keys. Nothing was run.
    ///
    /// An operator acknowledges the loss, with `retry-keys acknowledge`, or restores the keys.
    StoreForgot,
    /// 500: the handler has panicked.
    Panicked,
    /// 500: a response was not stored, or cannot be read.
    ///
    /// The handler has not stored its response in its transaction as it must, or the record is unreadable.
    Broken,
    /// 406: the request was done, but the encoding of its response is not accepted.
    NotAcceptable,
    /// 500: the request is in this layer already.
    ///
    /// Two layers are around its route, or its handler sends it again into the service. Nothing was run here, and the key is
    /// forgotten: put one layer around each route.
    Nested,
}

/// Number of variants.
pub(super) const VARIANTS: usize = Problem::Nested as usize + 1;

impl Problem {
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::Missing | Self::Malformed | Self::BrokenOff => StatusCode::BAD_REQUEST,
            Self::NoClient => StatusCode::UNAUTHORIZED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::InFlight | Self::Interrupted | Self::Lost | Self::Duplicate => StatusCode::CONFLICT,
            Self::Mismatch => StatusCode::UNPROCESSABLE_ENTITY,
            Self::NotKept => StatusCode::GONE,
            Self::TooManyKeys => StatusCode::TOO_MANY_REQUESTS,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::StoreDown | Self::StoreForgot | Self::LeaseEnded => StatusCode::SERVICE_UNAVAILABLE,
            Self::Panicked | Self::Broken | Self::Nested => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Missing => "Idempotency-Key is missing; send one, and the same one with every resend",
            Self::Malformed => {
                "Idempotency-Key is malformed; send one key of 1 to 255 printable ASCII characters, in quotes"
            }
            Self::NoClient => "the client is unknown; authenticate",
            Self::TooLarge => "the body is too large; nothing was done",
            Self::BrokenOff => "the body broke off; nothing was done: send it again, with the same key",
            Self::InFlight => "the first request with this key is in flight; try again later, with the same key",
            Self::Interrupted => {
                "the first request with this key was interrupted, and it is unknown whether it was done; ask the operator"
            }
            Self::Lost => "this server has lost the key to another one; try again, with the same key",
            Self::LeaseEnded => {
                "the store of keys could not be reached for too long, and it is unknown whether the request was done; the \
                 same key returns the response if it was, and otherwise ask the operator"
            }
            Self::Duplicate => "the same request came before; send an Idempotency-Key if a second one is meant",
            Self::Mismatch => {
                "the key was used for another request; send a resend unchanged, and a new request with a new key"
            }
            Self::NotKept => "the request was done, but its response was not kept; do not send it again",
            Self::TooManyKeys => {
                "the client has as many keys as it may, so nothing was run; try again when older ones have expired"
            }
            Self::StoreDown => "the store of keys cannot be reached, so nothing was run; try again, with the same key",
            Self::StoreForgot => {
                "the store of keys waits for its operator, so nothing was run; try again later, with the same key"
            }
            Self::Panicked => "the server failed, and it is unknown whether the request was done",
            Self::NotAcceptable => {
                "the request was done, and its response has an encoding that this one does not accept; send Accept-Encoding as \
                 before"
            }
            Self::Nested => {
                "the request is handled twice inside itself, so nothing was run; put one IdempotencyLayer around each route"
            }
            Self::Broken => "the server failed to record or read the response for this key",
        }
    }

    /// Returns the problem of an error.
    ///
    /// With the feature `tracing`, the failure of a store is logged with its reason.
    pub(super) fn from_error(error: &OnceError) -> (Self, Option<Duration>) {
        #[cfg(feature = "tracing")]
        if let OnceError::Store(store) = error {
            if !matches!(store, StoreError::ScopeFull { .. }) {
                tracing::warn!(target: "retry_idempotency", error = %store, "the store of keys failed");
            }
        }
        match error {
            OnceError::InFlight { retry_after } => (Self::InFlight, Some(*retry_after)),
            OnceError::TooManyWaiters { .. } => (Self::InFlight, Some(Duration::from_secs(1))),
            OnceError::Interrupted { .. } => (Self::Interrupted, None),
            OnceError::Lost => (Self::Lost, Some(Duration::from_secs(1))),
            OnceError::LeaseEnded { .. } => (Self::LeaseEnded, None),
            OnceError::Duplicate { .. } => (Self::Duplicate, None),
            OnceError::Mismatch => (Self::Mismatch, None),
            OnceError::Store(StoreError::ScopeFull { .. }) => (Self::TooManyKeys, None),
            OnceError::Store(StoreError::Forgot) => (Self::StoreForgot, None),
            OnceError::Store(_) => (Self::StoreDown, None),
            OnceError::Nested => (Self::Nested, None),
            _ => (Self::Broken, None),
        }
    }

    /// Returns true if the response is about an earlier request with the key.
    pub(super) const fn is_about_another(self) -> bool {
        matches!(self, Self::InFlight | Self::Interrupted | Self::Duplicate | Self::Mismatch)
    }

    pub(super) fn response(self, status: StatusCode, details: Details) -> Response {
        let title = self.title();
        let code = status.as_u16();
        let body = format!(
            r#"{{"type":"https://docs.rs/retry-idempotency/latest/retry_idempotency/http/enum.Problem.html#variant.{self:?}","title":"{title}","status":{code}{details}}}"#
        );
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = status;
        if self == Self::Nested {
            // Not to be recorded by the layer around.
            response.extensions_mut().insert(NothingHappened);
        }
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(delay) = details.retry_in {
            // The header has whole seconds: rounded up, at least one.
            let seconds = delay.as_secs() + u64::from(delay.subsec_nanos() > 0);
            headers.insert(RETRY_AFTER, seconds.max(1).into());
        }
        response
    }
}

/// Details of a response.
#[derive(Clone, Copy, Default)]
pub(super) struct Details {
    /// Status of the response that was not kept.
    pub(super) first_status: Option<u16>,
    /// Token of the request that this one has met.
    pub(super) first_token: Option<u64>,
    pub(super) retry_in: Option<Duration>,
}

/// Prints members of a JSON object, each after a comma.
impl fmt::Display for Details {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(status) = self.first_status {
            write!(formatter, r#","first_status":{status}"#)?;
        }
        if let Some(token) = self.first_token {
            let at = timestamp(token / 1_000_000);
            write!(formatter, r#","first_request_at":"{at}","first_request_id":"{token}""#)?;
        }
        Ok(())
    }
}

/// Returns seconds since 1970 as a time of RFC 3339.
fn timestamp(seconds: u64) -> String {
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    // Years begin in March here, so that a leap day is the last day of one. 400 years have 146,097 days, the first of which was
    // day -719,468. See Howard Hinnant, chrono-Compatible Low-Level Date Algorithms, `civil_from_days`.
    let shifted = days + 719_468;
    let (era, day) = (shifted / 146_097, shifted % 146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = 400 * era + year + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, expected) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_735_689_599, "2024-12-31T23:59:59Z"),
            (1_772_323_200, "2026-03-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(timestamp(seconds), expected);
        }
    }
}
