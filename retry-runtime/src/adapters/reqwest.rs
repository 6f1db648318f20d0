//! The classes of `reqwest::Error` and `reqwest::Response`.

use core::time::Duration;
use std::error::Error;
use std::time::SystemTime;

use ::reqwest::header::HeaderMap;
use ::reqwest::{Request, RequestBuilder, Response, StatusCode};

use crate::adapters::chain::{self, Known};
use crate::adapters::http;
use crate::{Class, Classify, OutgoingRequest};

/// In this order:
///
/// | class | errors |
/// |---|---|
/// | `Status` | `error_for_status`; it drops the headers, and with them the hint and whether the server gave up: [`check`](crate::http::check) keeps them |
/// | `Permanent` | `is_builder`, `is_redirect`, `is_upgrade` |
/// | `Connect` | `is_connect`, also where `connect_timeout` ended it: no byte of the request had been sent |
/// | `Permanent` | `is_connect` because the peer's certificate or protocol (`InvalidData`), an address (`InvalidInput`) or a firewall (`PermissionDenied`) is in the way, or the system cannot do it (`Unsupported`) |
/// | `Timeout` | `is_timeout`; also while still connecting, if it was the time of the whole request that ended |
/// | that of its source | what a known error among the sources says: `Disconnected` for a message cut short and a connection reset, `Malformed` for an answer that is no HTTP. `Disconnected` in place of `Connect`: there was a connection |
/// | `Malformed` | `is_decode`, as with JSON that cannot be read |
/// | `Permanent` | all others |
///
/// `Connect` proves that nothing happened only if the client follows no redirects: the second connection of a
/// redirect may be refused after the first server has done its work. Where `side_effects` rests on `Connect` alone,
/// build the client with `redirect::Policy::none()`.
impl Classify for ::reqwest::Error {
    fn class(&self) -> Class {
        if let Some(status) = self.status() {
            return status.class();
        }
        if self.is_builder() || self.is_redirect() || self.is_upgrade() {
            return Class::Permanent;
        }
        if is_connect(self) {
            return if chain::is_hopeless(self) { Class::Permanent } else { Class::Connect };
        }
        if self.is_timeout() {
            return Class::Timeout;
        }
        match self.source().and_then(chain::of_chain) {
            Some(Known { class: Class::Connect, .. }) => Class::Disconnected,
            Some(known) => known.class,
            None if self.is_decode() => Class::Malformed,
            None => Class::Permanent,
        }
    }
}

/// The class of its status, its [`retry_after`](crate::http::retry_after) by the system's clock, and whether the server
/// [gave up](crate::http::gave_up).
///
/// Every response has a class, so that `retry_ok = Status(503)` can ask; that of a success is in no policy's classes.
impl Classify for Response {
    fn class(&self) -> Class {
        self.status().class()
    }

    fn retry_after(&self) -> Option<Duration> {
        http::retry_after(self.headers(), SystemTime::now())
    }

    fn gave_up(&self) -> bool {
        http::gave_up(self.headers())
    }
}

impl http::Answer for Response {
    fn status(&self) -> StatusCode {
        self.status()
    }
}

/// Writes the headers [`ATTEMPT`](http::ATTEMPT) and [`TIMEOUT_MS`](http::TIMEOUT_MS), and inside a keyed attempt
/// `Idempotency-Key`.
impl OutgoingRequest for Request {
    fn with_attempt(mut self) -> Self {
        http::write_here(self.headers_mut());
        self
    }
}

/// Writes the headers [`ATTEMPT`](http::ATTEMPT) and [`TIMEOUT_MS`](http::TIMEOUT_MS). A builder takes no header away,
/// so say it last, on what is sent, not on a builder that is kept and cloned.
impl OutgoingRequest for RequestBuilder {
    fn with_attempt(self) -> Self {
        let mut headers = HeaderMap::new();
        http::write_here(&mut headers);
        self.headers(headers)
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn is_connect(error: &::reqwest::Error) -> bool {
    error.is_connect()
}

/// A browser does not tell.
#[cfg(target_arch = "wasm32")]
fn is_connect(_: &::reqwest::Error) -> bool {
    false
}
