//! Queries of the page.

use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use axum_core::body::Body;
use http::{Request, StatusCode, Uri};
use http_body_util::BodyExt;
use retry_runtime::page::Page;
use tower::Service;

use crate::input::Input;

#[rustfmt::skip]
const WORDS: [&str; 24] = [
    "&", "=", "format=json", "format=prometheus", "format=", "sort=calls", "sort=health", "sort=", "order=asc", "order=desc",
    "order=", "token=1", "\"", "'", "%22", "%3C", "%", "#", "+", "{{", "é", "&amp;", "javascript:", "sorted",
];

static PAGE: LazyLock<Page> = LazyLock::new(Page::new);

fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => unreachable!("nothing to wait for"),
    }
}

fn get(query: &str) -> Option<(StatusCode, String)> {
    let uri = format!("/?{query}").parse::<Uri>().ok()?;
    let response = ready(PAGE.clone().call(Request::get(uri).body(Body::empty()).unwrap())).unwrap();
    let status = response.status();
    let body = ready(response.into_body().collect()).unwrap().to_bytes();
    Some((status, String::from_utf8(body.to_vec()).expect("UTF-8")))
}

/// A query chooses what is shown, and adds no markup.
pub(crate) fn query(bytes: &[u8]) {
    let query = Input::new(bytes).text(&WORDS);
    let Some((status, body)) = get(&query) else { return };
    let own: Vec<_> = query
        .split('#')
        .next()
        .unwrap_or_default()
        .split('&')
        .filter(|pair| ["format", "sort", "order"].iter().any(|name| pair.split('=').next() == Some(name)))
        .collect();
    let (plain_status, plain) = get(&own.join("&")).expect("a query");
    assert_eq!(status, plain_status, "{query}");
    if status == StatusCode::OK {
        for mark in ['<', '>', '"', '\''] {
            assert_eq!(body.matches(mark).count(), plain.matches(mark).count(), "{mark} in {query}");
        }
    } else {
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert!(body.len() < 500, "{body}");
    }
}
