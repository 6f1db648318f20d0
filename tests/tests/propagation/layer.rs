//! The server layer on one service: what it marks, which retries it refuses, and how it serves a body.

use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Request, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Empty, Full};
use proptest::prelude::*;
use retry_runtime::tower::{ServerBody, ServerLayer};
use retry_runtime::{Class, Classify, Outgoing, retry};
use tower::{Service, ServiceBuilder, ServiceExt, service_fn};

const TENTH: f64 = 0.1;

/// An operation that gives up after three attempts, or succeeds at once.
#[retry(backoff = none, budget = none, retry_on = transient)]
async fn operation(works: bool) -> Result<(), io::Error> {
    if works { Ok(()) } else { Err(io::ErrorKind::TimedOut.into()) }
}

fn empty(status: u16) -> Response<Empty<Bytes>> {
    Response::builder().status(status).body(Empty::new()).unwrap()
}

/// A request of this attempt, as a client writes it.
fn attempt(number: u32) -> Request<()> {
    let mut request = Request::new(());
    retry_runtime::http::write(&Outgoing::new(number, None), request.headers_mut());
    request
}

/// The mark of an answer with this status, given after these operations have ended.
async fn mark(status: u16, operations: &'static [bool]) -> Option<HeaderValue> {
    let service = service_fn(move |_: Request<()>| async move {
        for works in operations {
            let _ = operation(*works).await;
        }
        Ok::<_, Infallible>(empty(status))
    });
    let server = ServiceBuilder::new().layer(ServerLayer::new()).service(service);
    let answer = server.oneshot(Request::new(())).await.unwrap();
    assert_eq!(answer.gave_up(), answer.headers().contains_key("retry-gave-up"));
    answer.headers().get("retry-gave-up").cloned()
}

#[tokio::test]
async fn a_failure_is_marked_where_an_operation_inside_has_given_up() {
    let one = Some(HeaderValue::from_static("1"));
    for failure in [400, 404, 408, 409, 425, 429, 500, 502, 503, 504, 599] {
        assert_eq!(mark(failure, &[false]).await, one, "{failure}");
        assert_eq!(mark(failure, &[]).await, None, "{failure}: nobody has retried");
        assert_eq!(mark(failure, &[true]).await, None, "{failure}: the failure is the service's own");
        assert_eq!(mark(failure, &[false, true]).await, None, "{failure}: a later operation has made up for it");
        assert_eq!(mark(failure, &[true, false]).await, one, "{failure}");
    }
    for success in [200, 204, 302, 399] {
        assert_eq!(mark(success, &[false]).await, None, "{success}");
    }
}

#[tokio::test]
async fn a_caller_is_answered_in_the_words_of_its_protocol() {
    for (content_type, is_grpc) in [
        ("application/json", false),
        ("application/grpc", true),
        ("application/grpc+proto", true),
        ("application/grpc-web", true),
    ] {
        let service = service_fn(async |_: Request<()>| {
            let _ = operation(false).await;
            let mut answer = empty(200);
            answer.headers_mut().insert("grpc-status", HeaderValue::from_static("14"));
            Ok::<_, Infallible>(answer)
        });
        let server = ServiceBuilder::new().layer(ServerLayer::new()).service(service);
        let request = Request::builder().header("content-type", content_type).body(()).unwrap();
        let answer = server.oneshot(request).await.unwrap();
        let pushback = answer.headers().get("grpc-retry-pushback-ms").map(HeaderValue::as_bytes);
        assert_eq!(pushback, is_grpc.then_some(b"-1".as_slice()), "{content_type}");
        assert!(!answer.gave_up(), "its status is no failure of HTTP");
    }
}

/// A service that counts, and answers with success.
fn counting(
    calls: &Arc<AtomicU32>,
) -> impl Service<Request<()>, Response = Response<Full<Bytes>>, Error = Infallible> + Clone + use<> {
    let calls = calls.clone();
    service_fn(move |_| {
        calls.fetch_add(1, Relaxed);
        std::future::ready(Ok(Response::new(Full::new(Bytes::from_static(b"stock")))))
    })
}

#[tokio::test(start_paused = true)]
async fn retries_above_a_tenth_of_first_attempts_are_refused_and_marked() {
    let layer = ServerLayer::new().refuse_retries_above(TENTH).unwrap();
    let calls = Arc::new(AtomicU32::new(0));
    // Two services under two clones of the layer: they share one count.
    let mut one = ServiceBuilder::new().layer(layer.clone()).service(counting(&calls));
    let mut other = ServiceBuilder::new().layer(layer).service(counting(&calls));
    for number in 0..100 {
        let server = if number % 2 == 0 { &mut one } else { &mut other };
        assert_eq!(server.call(attempt(1)).await.unwrap().status(), StatusCode::OK);
    }
    let mut admitted = 0;
    for number in 2..42 {
        let server = if number % 2 == 0 { &mut one } else { &mut other };
        let answer = server.call(attempt(number)).await.unwrap();
        let is_refused = answer.gave_up();
        let class = if is_refused { Class::Status(503) } else { Class::Status(200) };
        assert_eq!((answer.class(), answer.body().is_end_stream()), (class, is_refused));
        assert_eq!(answer.body().size_hint().exact(), Some(if is_refused { 0 } else { 5 }));
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, if is_refused { "" } else { "stock" });
        admitted += u32::from(!is_refused);
    }
    assert_eq!(admitted, 11, "a tenth of 100, and one in ten seconds that is always there");
    assert_eq!(calls.load(Relaxed), 111, "what is refused is not served");
    assert_eq!(one.call(attempt(1)).await.unwrap().status(), StatusCode::OK, "a first attempt never is");

    tokio::time::advance(Duration::from_secs(20)).await;
    let mut again = 0;
    for _ in 0..10 {
        again += u32::from(!one.call(attempt(2)).await.unwrap().gave_up());
    }
    assert_eq!(again, 1, "what was long ago counts no more");
}

/// A request of this attempt and client, as its authentication has found it.
fn attempt_of(client: Option<&'static str>, number: u32) -> Request<()> {
    let mut request = attempt(number);
    if let Some(client) = client {
        request.extensions_mut().insert(client);
    }
    request
}

#[tokio::test(start_paused = true)]
async fn a_client_that_calls_all_its_requests_retries_has_only_its_own_refused() {
    let layer = ServerLayer::new().refuse_retries_above(TENTH).unwrap();
    let layer = layer.retries_per_client(|head| head.extensions.get::<&str>().map(|client| (*client).into()));
    let calls = Arc::new(AtomicU32::new(0));
    let mut server = ServiceBuilder::new().layer(layer).service(counting(&calls));
    for client in [Some("honest"), None] {
        for _ in 0..20 {
            assert!(!server.call(attempt_of(client, 1)).await.unwrap().gave_up());
        }
    }
    let mut admitted = [0; 3];
    for _ in 0..50 {
        admitted[0] += u32::from(!server.call(attempt_of(Some("liar"), 2)).await.unwrap().gave_up());
    }
    for (at, client) in [(1, Some("honest")), (2, None)] {
        for _ in 0..10 {
            admitted[at] += u32::from(!server.call(attempt_of(client, 2)).await.unwrap().gave_up());
        }
    }
    assert_eq!(admitted, [1, 3, 3], "one that is always there, and a tenth of 20");
}

#[tokio::test]
async fn without_a_share_and_without_a_number_no_retry_is_refused() {
    let calls = Arc::new(AtomicU32::new(0));
    let mut all = ServiceBuilder::new().layer(ServerLayer::new()).service(counting(&calls));
    let none = ServerLayer::new().refuse_retries_above(0.0).unwrap();
    let mut none = ServiceBuilder::new().layer(none).service(counting(&calls));
    for _ in 0..50 {
        assert!(!all.call(attempt(2)).await.unwrap().gave_up());
        assert!(!none.call(Request::new(())).await.unwrap().gave_up());
        let request = Request::builder().header("retry-attempt", "0").body(()).unwrap();
        assert!(!none.call(request).await.unwrap().gave_up());
    }
}

#[tokio::test]
async fn a_retry_is_told_by_either_protocols_number() {
    for (name, value) in [("retry-attempt", "2"), ("grpc-previous-rpc-attempts", "1")] {
        let layer = ServerLayer::new().refuse_retries_above(0.0).unwrap();
        let mut server = ServiceBuilder::new().layer(layer).service(counting(&Arc::default()));
        let request = || Request::builder().header(name, value).body(()).unwrap();
        assert!(!server.call(request()).await.unwrap().gave_up(), "one is always there");
        assert!(server.call(request()).await.unwrap().gave_up(), "{name}");
    }
}

#[test]
fn a_share_that_cannot_be_meant_is_an_error_with_words() {
    for share in [-0.1, 1.1, 10.0, f64::NAN, f64::INFINITY] {
        let error = ServerLayer::new().refuse_retries_above(share).unwrap_err();
        assert!(error.to_string().contains("from 0 to 1"), "{error}");
    }
    for share in [0.0, TENTH, 1.0] {
        assert!(ServerLayer::new().refuse_retries_above(share).is_ok());
    }
}

proptest! {
    #[test]
    fn no_header_makes_the_layer_fail(
        names in proptest::collection::vec(0..5_usize, 0..6),
        values in proptest::collection::vec(
            prop_oneof![
                "[0-9]{0,30}[HMSmun]?",
                "-?[0-9]{1,12}",
                proptest::collection::vec(0x20..=0xff_u8, 0..12).prop_map(|bytes| bytes.into_iter().map(char::from).collect()),
            ],
            6,
        ),
    ) {
        let known = ["retry-attempt", "retry-timeout-ms", "grpc-timeout", "grpc-previous-rpc-attempts", "content-type"];
        let mut request = Request::new(());
        for (name, value) in names.into_iter().zip(values) {
            if let Ok(value) = HeaderValue::from_bytes(value.as_bytes()) {
                request.headers_mut().append(known[name], value);
            }
        }
        let calls = Arc::new(AtomicU32::new(0));
        let layer = ServerLayer::new().refuse_retries_above(1.0).unwrap();
        let mut server = ServiceBuilder::new().layer(layer).service(counting(&calls));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let answer = runtime.block_on(server.call(request)).unwrap();
        prop_assert_eq!((answer.status(), calls.load(Relaxed)), (StatusCode::OK, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn an_operation_inside_ends_at_the_callers_deadline() {
    #[retry(max_attempts = 100, backoff = fixed(1s), jitter = none, budget = none, retry_on = transient)]
    async fn always() -> Result<(), io::Error> {
        Err(io::ErrorKind::TimedOut.into())
    }
    for (left, seconds) in [("3500", 3), ("0", 0), ("99999999999999999999999", 99)] {
        let service = service_fn(async |_: Request<()>| {
            always().await.unwrap_err();
            Ok::<_, Infallible>(empty(503))
        });
        let mut server = ServiceBuilder::new().layer(ServerLayer::new()).service(service);
        let begun = tokio::time::Instant::now();
        let request = Request::builder().header("retry-timeout-ms", left).body(()).unwrap();
        assert!(server.call(request).await.unwrap().gave_up());
        assert_eq!(begun.elapsed(), Duration::from_secs(seconds), "{left}");
    }
}

/// A body that says in each frame how long the caller still waits.
struct Telling(u32);

impl Body for Telling {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0 -= 1;
        let left = Outgoing::here().remaining().map_or(0, |left| left.as_secs());
        Poll::Ready((self.0 > 0).then(|| Ok(Frame::data(Bytes::from(left.to_string())))))
    }

    fn is_end_stream(&self) -> bool {
        self.0 == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.0.into())
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_is_made_while_it_is_sent_is_served_too() {
    let service = service_fn(async |_: Request<()>| Ok::<_, Infallible>(Response::new(Telling(3))));
    let mut server = ServiceBuilder::new().layer(ServerLayer::new()).service(service);
    let request = Request::builder().header("retry-timeout-ms", "9000").body(()).unwrap();
    let mut body: ServerBody<Telling> = server.call(request).await.unwrap().into_body();
    assert_eq!((body.size_hint().exact(), body.is_end_stream()), (Some(3), false));
    for expected in ["9", "4"] {
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), expected);
        tokio::time::advance(Duration::from_secs(5)).await;
    }
    assert!(body.frame().await.is_none());
    assert!(body.is_end_stream());
    assert_eq!(Outgoing::here(), Outgoing::new(1, None), "and nothing outside of it is");
}

#[retry(max_attempts = 2, retry_on = transient, backoff = none, budget = none, fallback = |_, _| Ok(0))]
async fn adverts() -> Result<u32, io::Error> {
    Err(io::ErrorKind::TimedOut.into())
}

/// Fails by itself, though its optional part was answered by a fallback.
async fn page() -> StatusCode {
    let _ = adverts().await;
    StatusCode::SERVICE_UNAVAILABLE
}

#[tokio::test]
async fn an_answer_that_fails_for_a_reason_of_its_own_is_not_marked() {
    let app = axum::Router::new().route("/", axum::routing::get(page)).layer(ServerLayer::new());
    let request = Request::get("/").body(axum::body::Body::empty()).unwrap();
    let answer = app.oneshot(request).await.unwrap();
    assert!(!retry_runtime::http::gave_up(answer.headers()), "{:?}", answer.headers());
}
