//! A request, answered.

use core::convert::Infallible;
use core::future::{Ready, ready};
use core::task::{Context, Poll};
use std::string::String;
use std::vec::Vec;

use ::axum_core::body::Body;
use ::axum_core::response::Response;
use ::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use ::http::{HeaderValue, Method, Request, StatusCode};
use ::tower_service::Service;

use crate::page::query::{self, Form, Sort};
use crate::page::{Page, html, prometheus};
use crate::report::{self, OperationReport};

/// The page's own style and script, by their hashes, and requests to where it came from: nothing else.
const POLICY: &str = "default-src 'none'; style-src 'sha256-oR5nFH1Bc3lb188p6vDlS573c50vDJ3rjGUgr6FycmA='; script-src 'sha256-mNgYZmuASR/t7d9Rhcfq4curNUvKqM9F2n/mGAUvYSA='; connect-src 'self'; \
    img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";
const PROMETHEUS: &str = "text/plain; version=0.0.4; charset=utf-8";
const PLAIN: &str = "text/plain; charset=utf-8";

impl<B> Service<Request<B>> for Page {
    type Response = Response;
    type Error = Infallible;
    type Future = Ready<Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        self.sampler.begin();
        ready(Ok(self.answer(request.method(), request.uri().query().unwrap_or_default())))
    }
}

impl Page {
    fn answer(&self, method: &Method, query: &str) -> Response {
        if !matches!(*method, Method::GET | Method::HEAD) {
            let mut refusal = response(StatusCode::METHOD_NOT_ALLOWED, PLAIN, "the page is for GET and HEAD\n".into());
            refusal.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
            return refusal;
        }
        let mut response = match query::parse(query) {
            Ok((Form::Html, sort)) => response(StatusCode::OK, HTML, self.html(sort, &query::others(query))),
            Ok((Form::Json, _)) => json(),
            Ok((Form::Prometheus, _)) => {
                response(StatusCode::OK, PROMETHEUS, prometheus::text(&report::report().operations))
            }
            Err(fault) => response(StatusCode::BAD_REQUEST, PLAIN, fault),
        };
        if method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        response
    }

    fn html(&self, sort: Sort, others: &str) -> String {
        let mut rows: Vec<(_, OperationReport)> = report::each();
        rows.sort_by(|(_, one), (_, other)| sort.compare(one, other));
        html::page(&rows, sort, others, |operation| self.sampler.history().rates(operation))
    }
}

fn json() -> Response {
    match serde_json::to_string(&report::report()) {
        Ok(report) => response(StatusCode::OK, JSON, report),
        Err(_) => response(StatusCode::INTERNAL_SERVER_ERROR, PLAIN, "the report cannot be written as JSON\n".into()),
    }
}

/// Nothing that is renewed every moment is kept.
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
