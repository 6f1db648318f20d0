//! Classes of `reqwest::Error` and `reqwest::Response`.

use core::cell::Cell;
use core::convert::Infallible;
use core::time::Duration;
use std::error::Error;
use std::string::String;

use ::reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use ::reqwest::{Request, RequestBuilder, Response, StatusCode};

use crate::adapters::classification::Classification;
use crate::adapters::connect_fault;
use crate::adapters::http::{self, KeyForm};
use crate::adapters::hyper;
use crate::adapters::known_errors;
use crate::{Class, Classify, OutgoingRequest};

/// Class of the error. The first row that applies counts:
///
/// | class | errors |
/// |---|---|
/// | `Status` | `error_for_status`; it drops the headers, and with them the server hint and whether the server gave up. [`check`](crate::http::check) keeps them |
/// | `Permanent` | `is_builder`, `is_redirect`, `is_upgrade` |
/// | `Connect` | `is_connect`, also after `connect_timeout`: no byte of the request was sent |
/// | `Permanent` | `is_connect` because of the peer's certificate or protocol (`InvalidData`, or a fault of TLS under native-tls), an address (`InvalidInput`), a firewall (`PermissionDenied`), or an operation that the system does not support (`Unsupported`) |
/// | `Timeout` | `is_timeout`, also while connecting if the timeout of the whole request elapsed |
/// | `Connect` | the server refused the HTTP/2 stream, and has not processed the request |
/// | class of its source | the first known error among the sources: `Disconnected` for an incomplete message or a connection reset, `Malformed` for a response that is not HTTP. `Disconnected` instead of `Connect`, because there was a connection |
/// | `Malformed` | `is_decode`, for example JSON that cannot be parsed |
/// | `Permanent` | all others |
///
/// `Connect` proves that nothing happened only if the client follows no redirects: the second connection of a
/// redirect may be refused after the first server has done its work. If a function with `side_effects` retries `Connect`
/// alone, build the client with `redirect::Policy::none()`.
impl Classify for ::reqwest::Error {
    fn class(&self) -> Class {
        if let Some(status) = self.status() {
            return status.class();
        }
        if self.is_builder() || self.is_redirect() || self.is_upgrade() {
            return Class::Permanent;
        }
        if is_connect(self) {
            return if connect_fault::is_permanent(self) { Class::Permanent } else { Class::Connect };
        }
        if self.is_timeout() {
            return Class::Timeout;
        }
        match self.source().and_then(known_errors::classify) {
            // A response has begun if its body fails.
            Some(Classification { class: Class::Connect, .. }) if self.is_request() && hyper::is_refused(self) => {
                Class::Connect
            }
            Some(Classification { class: Class::Connect, .. }) => Class::Disconnected,
            Some(known) => known.class,
            None if self.is_decode() => Class::Malformed,
            None => Class::Permanent,
        }
    }

    /// Returns true for a status that is final, and for a request that was not built.
    ///
    /// After a redirect or an upgrade that failed, the server may have done its work.
    fn is_final(&self) -> bool {
        self.status().map_or(self.is_builder(), |status| status.is_final())
    }
}

/// Class of the status, with the server hint and the mark of the headers.
///
/// See [`retry_after`](crate::http::retry_after) and [`gave_up`](crate::http::gave_up). With `x-should-retry: true` a failure
/// whose status is not transient is `Unavailable`, and a 409 is `Conflict`.
///
/// Every response has a class, for `retry_ok = Status(503)`. No policy's classes contain that of a success.
impl Classify for Response {
    fn class(&self) -> Class {
        http::server_hint::class(self.status(), self.headers())
    }

    fn retry_after(&self) -> Option<Duration> {
        http::server_hint::of_response(self.status(), self.headers())
    }

    fn gave_up(&self) -> bool {
        http::gave_up(self.headers())
    }
}

impl http::StatusResponse for Response {
    fn status(&self) -> StatusCode {
        self.status()
    }

    fn headers(&self) -> &HeaderMap {
        self.headers()
    }

    fn public_url(&self) -> Option<String> {
        let mut url = self.url().clone();
        url.set_query(None);
        url.set_fragment(None);
        // A URL that cannot have a user has none.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Some(url.into())
    }
}

/// The body of a response, except in a browser.
///
/// There reqwest's body is not an `http_body::Body`; use [`check_head`](http::check_head).
#[cfg(not(target_arch = "wasm32"))]
impl http::BodyResponse for Response {
    type Body = ::reqwest::Body;

    fn into_body(self) -> ::reqwest::Body {
        self.into()
    }
}

/// Writes the headers of the attempt, and `Idempotency-Key` if it has a key.
///
/// See [`ATTEMPT`](http::ATTEMPT) and [`TIMEOUT_MS`](http::TIMEOUT_MS). A key that the request already has stays.
impl OutgoingRequest for Request {
    fn with_attempt(mut self) -> Self {
        http::write_current(self.headers_mut(), KeyForm::Quoted);
        self
    }

    fn with_bare_key(mut self) -> Self {
        http::write_current(self.headers_mut(), KeyForm::Bare);
        self
    }
}

/// Writes the headers of the attempt, and `Idempotency-Key` if it has a key.
///
/// A key that the builder already has stays. Call it last: reqwest's builder can only add a header, so a key of your own that
/// follows would be a second one, and servers refuse that. To set a header afterwards, build the [`Request`] and insert it.
impl OutgoingRequest for RequestBuilder {
    fn with_attempt(self) -> Self {
        write_to_builder(self, KeyForm::Quoted)
    }

    fn with_bare_key(self) -> Self {
        write_to_builder(self, KeyForm::Bare)
    }
}

/// Name of a header of the attempt, which records that it was asked for.
struct Probe<'a>(&'a Cell<bool>);

#[allow(clippy::infallible_try_from)] // the bound of the builder's method is `TryFrom`
impl TryFrom<Probe<'_>> for HeaderName {
    type Error = Infallible;

    fn try_from(probe: Probe<'_>) -> Result<Self, Infallible> {
        probe.0.set(true);
        Ok(http::ATTEMPT)
    }
}

fn write_to_builder(builder: RequestBuilder, form: KeyForm) -> RequestBuilder {
    // A builder that has failed keeps its error, and only then asks for no name. Its error is lost if it is taken apart.
    let is_valid = Cell::new(false);
    let builder = builder.header(Probe(&is_valid), HeaderValue::from_static(""));
    if !is_valid.get() {
        return builder;
    }
    match builder.build_split() {
        (client, Ok(mut request)) => {
            http::write_current(request.headers_mut(), form);
            RequestBuilder::from_parts(client, request)
        }
        // Unreachable: it was valid.
        (client, Err(_)) => client.get(""),
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn is_connect(error: &::reqwest::Error) -> bool {
    error.is_connect()
}

/// Returns false, because a browser does not report it.
#[cfg(target_arch = "wasm32")]
fn is_connect(_: &::reqwest::Error) -> bool {
    false
}
