//! How an answer says that the server gave up, and how a retry is refused, in the words of the protocol.

use ::http::header::CONTENT_TYPE;
use ::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};

use crate::adapters::http::grpc::{PUSHBACK, STATUS};
use crate::adapters::http::{GAVE_UP, text};

const GRPC: &str = "application/grpc";
/// gRPC's `UNAVAILABLE`.
const UNAVAILABLE: HeaderValue = HeaderValue::from_static("14");
const REFUSED: HeaderValue = HeaderValue::from_static("retries are above their share of requests");

/// Which words a caller understands.
#[derive(Clone, Copy, Debug)]
pub(super) enum Protocol {
    Http,
    Grpc,
}

impl Protocol {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        match text(headers, &CONTENT_TYPE) {
            Some(kind) if kind.starts_with(GRPC) => Self::Grpc,
            _ => Self::Http,
        }
    }

    /// Marks an answer, if it is a failure.
    pub(super) fn mark<B>(self, answer: &mut Response<B>) {
        let status = answer.status();
        if status.is_client_error() || status.is_server_error() {
            answer.headers_mut().insert(GAVE_UP, HeaderValue::from_static("1"));
        }
        // Of an answer without a body the headers are the trailers.
        self.mark_trailers(answer.headers_mut());
    }

    /// Marks the end of an answer, if that says that it is a failure. What the service itself has said of a retry, or
    /// has passed on from below, is not true any more.
    pub(super) fn mark_trailers(self, trailers: &mut HeaderMap) {
        let has_failed = text(trailers, &HeaderName::from_static(STATUS)).is_some_and(|code| code != "0");
        if matches!(self, Self::Grpc) && has_failed {
            trailers.insert(PUSHBACK, HeaderValue::from_static("-1"));
        }
    }

    /// The answer to a retry that is refused, with its mark.
    pub(super) fn refusal<B>(self, body: B) -> Response<B> {
        let mut answer = Response::new(body);
        match self {
            Self::Http => *answer.status_mut() = StatusCode::SERVICE_UNAVAILABLE,
            Self::Grpc => {
                let headers = answer.headers_mut();
                headers.insert(CONTENT_TYPE, HeaderValue::from_static(GRPC));
                headers.insert(STATUS, UNAVAILABLE);
                headers.insert("grpc-message", REFUSED);
            }
        }
        self.mark(&mut answer);
        answer
    }
}
