//! Marks of a response whose server gave up, per protocol.

use ::http::header::CONTENT_TYPE;
use ::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use crate::adapters::http::grpc::{PUSHBACK, STATUS};
use crate::adapters::http::{GAVE_UP, header_text};

const GRPC: &str = "application/grpc";
/// gRPC's `UNAVAILABLE`.
const UNAVAILABLE: HeaderValue = HeaderValue::from_static("14");
const REJECTION_MESSAGE: HeaderValue = HeaderValue::from_static("retries are above their share of requests");

/// Protocol of a caller.
#[derive(Clone, Copy, Debug)]
pub(super) enum Protocol {
    Http,
    Grpc,
}

impl Protocol {
    /// Detects the protocol by the content type of a request.
    pub(super) fn from_headers(headers: &HeaderMap) -> Self {
        match header_text(headers, &CONTENT_TYPE) {
            Some(kind) if kind.starts_with(GRPC) => Self::Grpc,
            _ => Self::Http,
        }
    }

    /// Marks a response if it is a failure.
    pub(super) fn mark<B>(self, response: &mut Response<B>) {
        let status = response.status();
        if status.is_client_error() || status.is_server_error() {
            response.headers_mut().insert(GAVE_UP, HeaderValue::from_static("1"));
        }
        // The headers of a response without a body are its trailers.
        self.mark_trailers(response.headers_mut());
    }

    /// Marks trailers that report a failure.
    ///
    /// It replaces a pushback that the service itself has set.
    pub(super) fn mark_trailers(self, trailers: &mut HeaderMap) {
        let has_failed = header_text(trailers, &HeaderName::from_static(STATUS)).is_some_and(|code| code != "0");
        if matches!(self, Self::Grpc) && has_failed {
            trailers.insert(PUSHBACK, HeaderValue::from_static("-1"));
        }
    }

    /// Creates the marked response to a rejected retry.
    pub(super) fn rejection<B>(self, body: B) -> Response<B> {
        let mut response = Response::new(body);
        match self {
            Self::Http => *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE,
            Self::Grpc => {
                let headers = response.headers_mut();
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(GRPC));
                headers.insert(STATUS, UNAVAILABLE);
                headers.insert("grpc-message", REJECTION_MESSAGE);
            }
        }
        self.mark(&mut response);
        response
    }
}
