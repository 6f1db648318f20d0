//! The page as a service.

use core::convert::Infallible;
use core::future::{Ready, ready};
use core::task::{Context, Poll};
use std::string::String;
use std::sync::Arc;

use ::axum_core::body::Body;
use ::axum_core::response::Response;
use ::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use ::http::{HeaderValue, Method, Request, StatusCode};
use ::tower_service::Service;

use crate::page::query::{self, Format};
use crate::page::sampler::Sampler;
use crate::page::sort::Sort;
use crate::page::{html, prometheus};
use crate::report::{operations_with_reports, report};

/// Content security policy of the page.
///
/// It allows the page's own style and script, by their hashes, and requests to its origin.
const POLICY: &str = "default-src 'none'; style-src 'sha256-A2DMeS1qkK+vMxoj+BuQ6xtjPKsAUIgKwp9ZZ2lA1CE='; script-src 'sha256-hCsnAoPbRGW/FJCB47u9cbaObC9qBpLDm04tjPdqpjU='; connect-src 'self'; \
    img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";
const PLAIN: &str = "text/plain; charset=utf-8";

/// Service that answers `GET` and `HEAD` with the report.
///
/// The response is a page, JSON, or the text format of Prometheus. The service never fails.
///
/// All clones share one history: as long as a clone exists, a task on tokio samples every operation's counts every two
/// seconds, for the lines of the last five minutes. Each operation takes about four kilobytes for it.
#[derive(Clone, Debug)]
pub struct Page {
    sampler: Arc<Sampler>,
}

impl Page {
    /// Creates a page.
    ///
    /// Sampling starts now if this is called on a tokio runtime, otherwise with the first request. The runtime needs its
    /// timer enabled, as delays before retries do.
    pub fn new() -> Self {
        let sampler = Arc::new(Sampler::default());
        sampler.start();
        Self { sampler }
    }
}

impl Default for Page {
    fn default() -> Self {
        Self::new()
    }
}

impl<B> Service<Request<B>> for Page {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.sampler.start();
        ready(Ok(self.respond(request.method(), request.uri().query().unwrap_or_default())))
    }
}

impl Page {
    fn respond(&self, method: &Method, query: &str) -> Response {
        if !matches!(*method, Method::GET | Method::HEAD) {
            let mut refused =
                response(StatusCode::METHOD_NOT_ALLOWED, PLAIN, "the page supports GET and HEAD\n".into());
            refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return refused;
        }
        let mut response = match query::parse(query) {
            Ok((Format::Html, sort)) => {
                response(StatusCode::OK, HTML, self.html(sort, &query::foreign_parameters(query)))
            }
            Ok((Format::Json, _)) => json(),
            Ok((Format::Prometheus, _)) => response(StatusCode::OK, PROMETHEUS, prometheus::text(&report().operations)),
            Err(message) => response(StatusCode::BAD_REQUEST, PLAIN, message),
        };
        if method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        response
    }

    fn html(&self, sort: Sort, foreign: &str) -> String {
        let mut rows = operations_with_reports();
        rows.sort_by(|(_, one), (_, other)| sort.compare(one, other));
        html::page(&rows, sort, foreign, |operation| self.sampler.history().rates(operation))
    }
}

fn json() -> Response {
    match serde_json::to_string(&report()) {
        Ok(report) => response(StatusCode::OK, JSON, report),
        Err(_) => {
            response(StatusCode::INTERNAL_SERVER_ERROR, PLAIN, "the report cannot be serialized as JSON\n".into())
        }
    }
}

/// Builds a response that must not be cached.
fn response(status: StatusCode, kind: &'static str, body: String) -> Response {
    let length = body.len();
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_LENGTH, length.into());
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}
