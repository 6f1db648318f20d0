//! Services in a row over gRPC, through tonic's own client and server, without sockets.

use std::convert::Infallible;
use std::io;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, Stream, StreamExt};
use http::uri::PathAndQuery;
use http_body_util::{BodyExt, Full};
use retry_runtime::tower::ServerLayer;
use retry_runtime::{Class, Classify, OutgoingRequest, retry};
use tonic::body::Body;
use tonic::service::interceptor::InterceptedService;
use tonic::{Code, Request, Response, Status, client, server};
use tower::util::BoxCloneSyncService;
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};

#[path = "../codec/mod.rs"]
mod codec;

use codec::Raw;

type Server = BoxCloneSyncService<http::Request<Body>, http::Response<Body>, Infallible>;

const PATH: PathAndQuery = PathAndQuery::from_static("/shop.Shop/Stock");

/// A service whose one method does this.
fn unary<F>(method: impl Fn(Request<Bytes>) -> F + Clone + Send + Sync + 'static) -> Server
where
    F: Future<Output = Result<Bytes, Status>> + Send + 'static,
{
    let answer = move |request| {
        let method = method.clone();
        async move { method(request).await.map(Response::new) }
    };
    BoxCloneSyncService::new(service_fn(move |request| {
        let answer = service_fn(answer.clone());
        async move { Ok(server::Grpc::new(Raw).unary(answer, request).await) }
    }))
}

/// A service whose one method answers with this stream.
fn streaming<S>(method: impl Fn() -> S + Clone + Send + Sync + 'static) -> Server
where
    S: Stream<Item = Result<Bytes, Status>> + Send + 'static,
{
    let answer = move |_: Request<Bytes>| {
        let stream = method();
        async move { Ok::<_, Status>(Response::new(stream)) }
    };
    BoxCloneSyncService::new(service_fn(move |request| {
        let answer = service_fn(answer.clone());
        async move { Ok(server::Grpc::new(Raw).server_streaming(answer, request).await) }
    }))
}

fn layered(layer: &ServerLayer, service: Server) -> Server {
    let server = ServiceBuilder::new().map_response(|answer: http::Response<_>| answer.map(Body::new));
    BoxCloneSyncService::new(server.service(layer.layer(service)))
}

/// Calls in a task of its own, as a server in another process does: nothing crosses but the message.
async fn call(server: Server, request: Request<Bytes>) -> Result<Bytes, Status> {
    let apart = service_fn(move |request: http::Request<Body>| {
        let answer = tokio::spawn(server.clone().oneshot(request));
        async move { answer.await.unwrap() }
    });
    let mut client = client::Grpc::new(apart);
    client.ready().await.unwrap_or_else(|never| match never {});
    client.unary(request, PATH, Raw).await.map(Response::into_inner)
}

/// All messages of a stream, and how it ended.
async fn read(server: Server) -> (Vec<Bytes>, Result<(), Status>) {
    let mut client = client::Grpc::new(server);
    client.ready().await.unwrap_or_else(|never| match never {});
    let mut stream = client.server_streaming(Request::new(Bytes::new()), PATH, Raw).await.unwrap().into_inner();
    let mut messages = Vec::new();
    loop {
        match stream.message().await {
            Ok(Some(message)) => messages.push(message),
            Ok(None) => return (messages, Ok(())),
            Err(status) => return (messages, Err(status)),
        }
    }
}

/// Asks the next service, as each of the three does.
#[retry(max_attempts = 4, backoff = none, budget = none, retry_on = transient)]
async fn ask(next: &Server) -> Result<Bytes, Status> {
    call(next.clone(), Request::new(Bytes::new()).with_attempt()).await
}

/// Number of calls that three services in a row make to a dead leaf that answers a retry with this.
async fn calls_of_dead_leaf(layer: Option<ServerLayer>, pushback: Option<&'static str>) -> u32 {
    let calls = Arc::new(AtomicU32::new(0));
    let counted = calls.clone();
    let mut server = unary(move |_| {
        counted.fetch_add(1, Relaxed);
        let mut status = Status::unavailable("down");
        if let Some(pushback) = pushback {
            status.metadata_mut().insert("grpc-retry-pushback-ms", pushback.parse().unwrap());
        }
        async { Err(status) }
    });
    for _ in 0..3 {
        let next = server.clone();
        server = unary(move |_| {
            let next = next.clone();
            async move { ask(&next).await }
        });
        if let Some(layer) = &layer {
            server = layered(layer, server);
        }
    }
    let status = call(server, Request::new(Bytes::new())).await.unwrap_err();
    assert_eq!((status.code(), status.message()), (Code::Unavailable, "down"));
    assert_eq!(status.gave_up(), layer.is_some());
    calls.load(Relaxed)
}

#[tokio::test(start_paused = true)]
async fn three_services_in_a_row_add_their_retries_and_do_not_multiply_them() {
    let layer = || Some(ServerLayer::new());
    assert_eq!(calls_of_dead_leaf(layer(), None).await, 4);
    assert_eq!(calls_of_dead_leaf(None, None).await, 64, "without the layer");
    // Each service passes the leaf's status on, with what the leaf had said of a retry.
    assert_eq!(calls_of_dead_leaf(layer(), Some("100")).await, 4);
    assert_eq!(calls_of_dead_leaf(None, Some("100")).await, 64, "without the layer");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_the_outermost_arrives_shrunk_at_the_leaf() {
    #[retry(retry_on = transient, deadline = 5s)]
    async fn begin(first: &Server) -> Result<Bytes, Status> {
        call(first.clone(), Request::new(Bytes::new()).with_attempt()).await
    }
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut row: Option<Server> = None;
    for _ in 0..3 {
        let (next, seen) = (row.take(), seen.clone());
        let server = unary(move |request: Request<Bytes>| {
            let (next, seen) = (next.clone(), seen.clone());
            async move {
                let told = retry_runtime::http::read(&request.metadata().clone().into_headers());
                seen.lock().unwrap().push((told.attempt(), told.remaining().unwrap().as_millis()));
                tokio::time::sleep(Duration::from_secs(1)).await;
                if let Some(next) = next { ask(&next).await } else { Ok(Bytes::new()) }
            }
        });
        row = Some(layered(&ServerLayer::new(), server));
    }
    begin(&row.unwrap()).await.unwrap();
    assert_eq!(*seen.lock().unwrap(), [(1, 5000), (1, 4000), (1, 3000)]);
}

#[tokio::test]
async fn an_interceptor_tells_of_the_attempt_that_the_call_is_made_in() {
    #[retry(max_attempts = 2, backoff = none, budget = none, retry_on = transient)]
    async fn ask(server: &Server) -> Result<Bytes, Status> {
        let tell = |request: Request<()>| Ok(request.with_attempt());
        let mut client = client::Grpc::new(InterceptedService::new(server.clone(), tell));
        client.ready().await.unwrap_or_else(|never| match never {});
        client.unary(Request::new(Bytes::new()), PATH, Raw).await.map(Response::into_inner)
    }
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = seen.clone();
    let server = unary(move |request: Request<Bytes>| {
        told.lock().unwrap().push(retry_runtime::http::read(&request.metadata().clone().into_headers()).attempt());
        async { Err(Status::unavailable("")) }
    });
    ask(&server).await.unwrap_err();
    assert_eq!(*seen.lock().unwrap(), [1, 2]);
}

#[tokio::test]
async fn a_retry_above_its_share_is_refused_in_the_words_of_grpc() {
    let calls = Arc::new(AtomicU32::new(0));
    let counted = calls.clone();
    let service = unary(move |_| {
        counted.fetch_add(1, Relaxed);
        async { Ok(Bytes::from_static(b"stock")) }
    });
    let server = layered(&ServerLayer::new().refuse_retries_above(0.1).unwrap(), service);
    let attempt = |number: u32| {
        let mut request = Request::new(Bytes::new());
        if number > 1 {
            request.metadata_mut().insert("grpc-previous-rpc-attempts", (number - 1).into());
        }
        call(server.clone(), request)
    };
    for _ in 0..20 {
        attempt(1).await.unwrap();
    }
    for _ in 0..3 {
        assert_eq!(attempt(2).await.unwrap(), "stock", "a tenth of 20, and one that is always there");
    }
    let status = attempt(2).await.unwrap_err();
    assert_eq!((status.code(), status.class(), status.gave_up()), (Code::Unavailable, Class::Unavailable, true));
    assert_eq!(status.message(), "retries are above their share of requests");
    assert_eq!(calls.load(Relaxed), 23);
}

/// An operation that gives up after three attempts, or succeeds at once.
#[retry(backoff = none, budget = none, retry_on = transient)]
async fn operation(works: bool) -> Result<(), io::Error> {
    if works { Ok(()) } else { Err(io::ErrorKind::TimedOut.into()) }
}

#[tokio::test]
async fn only_an_answer_that_failed_is_marked() {
    for (works, code, is_marked) in
        [(false, Code::Unavailable, true), (false, Code::NotFound, true), (true, Code::Unavailable, false)]
    {
        let service = unary(move |_| async move {
            let _ = operation(works).await;
            Err(Status::new(code, ""))
        });
        let status = call(layered(&ServerLayer::new(), service), Request::new(Bytes::new())).await.unwrap_err();
        assert_eq!((status.code(), status.gave_up()), (code, is_marked));
    }
    let service = unary(async |_| {
        let _ = operation(false).await;
        Ok(Bytes::from_static(b"yesterday's"))
    });
    assert_eq!(call(layered(&ServerLayer::new(), service), Request::new(Bytes::new())).await.unwrap(), "yesterday's");
}

/// Two messages, then the operation, then this end.
fn messages(works: bool, code: Code) -> impl Stream<Item = Result<Bytes, Status>> + Send + 'static {
    let end = stream::once(async move {
        let _ = operation(works).await;
        if code == Code::Ok { Ok(Bytes::from_static(b"last")) } else { Err(Status::new(code, "")) }
    });
    stream::iter([Ok(Bytes::from_static(b"a")), Ok(Bytes::from_static(b"b"))]).chain(end)
}

#[tokio::test]
async fn the_trailers_of_a_stream_are_marked() {
    for (works, code, is_marked) in [(false, Code::Unavailable, true), (true, Code::Unavailable, false)] {
        let server = layered(&ServerLayer::new(), streaming(move || messages(works, code)));
        let (messages, end) = read(server).await;
        let status = end.unwrap_err();
        assert_eq!((messages.len(), status.code(), status.gave_up()), (2, code, is_marked));
    }
    let server = layered(&ServerLayer::new(), streaming(|| messages(false, Code::Ok)));
    let (messages, end) = read(server).await;
    assert_eq!((messages.len(), end.is_ok()), (3, true));
}

#[tokio::test]
async fn the_trailers_of_a_success_are_left_alone() {
    let server = layered(&ServerLayer::new(), streaming(|| messages(false, Code::Ok)));
    let empty_message = Body::new(Full::new(Bytes::from_static(&[0; 5])));
    let request = http::Request::builder().header("content-type", "application/grpc").body(empty_message).unwrap();
    let body = server.oneshot(request).await.unwrap().into_body().collect().await.unwrap();
    let trailers = body.trailers().unwrap();
    assert_eq!(trailers["grpc-status"], "0");
    assert!(!trailers.contains_key("grpc-retry-pushback-ms"), "{trailers:?}");
}
