//! Requests to the page, and readers of its answers.

use std::convert::Infallible;
use std::time::Duration;

use axum::body::{Body, to_bytes};
use http::{HeaderMap, Method, Request, StatusCode};
use retry_runtime::page::Page;
use retry_tests::Fault;
use tower::{Service, ServiceExt};

pub(crate) type Answers = Vec<Result<u32, Fault>>;

pub(crate) const TIMEOUT: Result<u32, Fault> = Err(Fault::Timeout);
pub(crate) const SECOND: Duration = Duration::from_secs(1);

/// Returns the answer of a service to this request.
pub(crate) async fn request<S>(service: S, method: Method, uri: &str) -> (StatusCode, HeaderMap, String)
where
    S: Service<Request<Body>, Response = axum::response::Response, Error = Infallible>,
{
    let request = Request::builder().method(method).uri(uri).body(Body::empty()).unwrap();
    let (head, body) = service.oneshot(request).await.unwrap().into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap();
    (head.status, head.headers, String::from_utf8(body.to_vec()).unwrap())
}

pub(crate) async fn get(page: &Page, query: &str) -> String {
    let (status, _, body) = request(page.clone(), Method::GET, &format!("/retries{query}")).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

/// The rows of this operation.
pub(crate) fn row<'a>(html: &'a str, name: &str) -> &'a str {
    let row = html.split("<tbody").find(|row| row.contains(&format!(">{name}</th>")));
    row.unwrap_or_else(|| panic!("{name} is missing in {html}"))
}

/// The names of the rows that begin so, as they are ordered.
pub(crate) fn order<'a>(html: &'a str, prefix: &str) -> Vec<&'a str> {
    let names = html.split("scope=\"row\" class=\"operation\">").skip(1);
    names.map(|rest| rest.split_once('<').unwrap().0).filter(|name| name.starts_with(prefix)).collect()
}

/// The value of a series of the text for Prometheus.
pub(crate) fn value(text: &str, series: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{series} ")));
    line.unwrap_or_else(|| panic!("{series} is missing in {text}")).to_owned()
}
