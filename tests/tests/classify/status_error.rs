//! The error of a failed response: what it keeps, and the connection that the next attempt uses again.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use axum::extract::Path;
use axum::http::header::{CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::routing::get;
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode};
use http_body::{Body, Frame, SizeHint};
use retry_runtime::http::{StatusError, check, check_head};
use retry_runtime::{Class, Classify, retry};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Instant;

#[derive(Debug, Classify, thiserror::Error)]
enum ApiError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error(transparent)]
    Answer(#[from] StatusError),
}

/// Server that counts its connections, and answers 503 with a body of the length that is the path.
struct Server {
    address: String,
    connections: Arc<AtomicUsize>,
}

struct Counting(TcpListener, Arc<AtomicUsize>);

impl axum::serve::Listener for Counting {
    type Io = TcpStream;
    type Addr = std::net::SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let accepted = self.0.accept().await.unwrap();
        self.1.fetch_add(1, Ordering::Relaxed);
        accepted
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.0.local_addr()
    }
}

impl Server {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let connections = Arc::new(AtomicUsize::new(0));
        let answer = |Path(size): Path<usize>| async move {
            let headers = [(CONTENT_TYPE, "text/plain"), (SET_COOKIE, "session=secret"), (LOCATION, "/?token=secret")];
            (StatusCode::SERVICE_UNAVAILABLE, headers, "x".repeat(size))
        };
        let app = Router::new().route("/{size}", get(answer));
        let counting = Counting(listener, connections.clone());
        tokio::spawn(async move { axum::serve(counting, app).await });
        Self { address, connections }
    }

    fn url(&self, size: usize) -> String {
        format!("http://{}/{size}", self.address)
    }
}

#[retry(max_attempts = 5, retry_on = Unavailable, backoff = none, budget = none)]
async fn fetch(client: &reqwest::Client, url: &str) -> Result<String, ApiError> {
    Ok(check(client.get(url).send().await?).await?.text().await?)
}

fn client() -> reqwest::Client {
    reqwest::Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn attempts_that_were_answered_share_a_connection() {
    for size in [0, 100, 4096, 4097, 20_000, 64_000] {
        let server = Server::start().await;
        let error = fetch(&client(), &server.url(size)).await.unwrap_err();
        let ApiError::Answer(error) = error else { panic!("{error:?}") };
        assert_eq!(error.body().len(), size.min(4096));
        assert_eq!(server.connections.load(Ordering::Relaxed), 1, "{size} bytes");
    }
}

#[tokio::test]
async fn a_body_that_is_too_long_costs_a_connection_and_not_its_reading() {
    let server = Server::start().await;
    let error = fetch(&client(), &server.url(1_000_000)).await.unwrap_err();
    let ApiError::Answer(error) = error else { panic!("{error:?}") };
    assert_eq!(error.body().len(), 4096);
    assert_eq!(server.connections.load(Ordering::Relaxed), 5);
}

#[tokio::test]
async fn it_keeps_what_explains_the_failure_and_nothing_that_is_secret() {
    let server = Server::start().await;
    let url = format!("http://user:secret@{}/5?api_key=secret#secret", server.address);
    let error = check(client().get(&url).send().await.unwrap()).await.unwrap_err();
    let public = server.url(5);
    assert_eq!(error.url(), Some(public.as_str()));
    assert_eq!(error.to_string(), format!("{public} answered 503 Service Unavailable"));
    assert_eq!((error.body(), &*error.text()), (b"xxxxx".as_slice(), "xxxxx"));
    assert_eq!(error.headers().get("content-type").unwrap(), "text/plain");
    assert!(error.headers().contains_key("date"));
    let all = format!("{error:?}");
    assert!(!all.contains("secret"), "{all}");
    assert!(all.contains("xxxxx"), "{all}");

    let head = check_head(client().get(&url).send().await.unwrap()).unwrap_err();
    assert_eq!((head.url(), head.body(), head.headers().len()), (error.url(), &b""[..], error.headers().len()));
}

#[test]
fn it_keeps_headers_on_the_allow_list() {
    let kept = [
        "retry-after",
        "x-request-id",
        "x-ratelimit-remaining",
        "ratelimit-reset",
        "content-length",
        "www-authenticate",
        "cf-ray",
        "x-ms-retry-after-ms",
    ];
    let dropped = ["set-cookie", "location", "content-location", "authorization", "x-api-key", "link", "etag"];
    let mut response = Response::builder().status(429).body(()).unwrap();
    for name in kept.iter().chain(&dropped) {
        response.headers_mut().append(*name, HeaderValue::from_static("1"));
        response.headers_mut().append(*name, HeaderValue::from_static("2"));
    }
    let mut marked = HeaderValue::from_static("secret");
    marked.set_sensitive(true);
    response.headers_mut().insert("server", marked);
    let error = check_head(response).unwrap_err();
    for name in kept {
        assert_eq!(error.headers().get_all(name).iter().collect::<Vec<_>>(), ["1", "2"], "{name}");
    }
    assert_eq!(error.headers().keys_len(), kept.len());
    assert_eq!((error.url(), error.body()), (None, &b""[..]));
}

/// Body that sends a frame of `size` bytes `frames` times, and then neither data nor its end.
struct Stream {
    frames: usize,
    size: usize,
    read: Arc<AtomicUsize>,
}

impl Body for Stream {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if self.frames == 0 {
            return Poll::Pending;
        }
        self.frames -= 1;
        self.read.fetch_add(self.size, Ordering::Relaxed);
        Poll::Ready(Some(Ok(Frame::data(vec![b'x'; self.size].into()))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

async fn read_of(frames: usize, size: usize) -> (StatusError, usize) {
    let read = Arc::new(AtomicUsize::new(0));
    let body = Stream { frames, size, read: read.clone() };
    let error = check(Response::builder().status(500).body(body).unwrap()).await.err().unwrap();
    (error, read.load(Ordering::Relaxed))
}

#[tokio::test(start_paused = true)]
async fn a_body_that_stalls_is_left_after_a_second() {
    let begun = Instant::now();
    let (error, read) = read_of(3, 10).await;
    assert_eq!(begun.elapsed(), Duration::from_secs(1));
    assert_eq!((error.class(), error.body().len(), read), (Class::Status(500), 30, 30));
}

#[tokio::test(start_paused = true)]
async fn a_body_without_an_end_is_left_after_64_kib() {
    let begun = Instant::now();
    let (error, read) = read_of(usize::MAX, 1000).await;
    assert_eq!(begun.elapsed(), Duration::ZERO);
    assert_eq!((error.body().len(), read), (4096, 66_000));
}

#[tokio::test]
async fn a_character_that_the_limit_cuts_is_left_out_of_the_text() {
    let body = |text: String| check(Response::builder().status(400).body(axum::body::Body::from(text)).unwrap());
    let cut = body("x".repeat(4095) + "é").await.unwrap_err();
    assert_eq!((cut.body().len(), cut.text().len()), (4096, 4095));
    let broken = check(Response::builder().status(400).body(axum::body::Body::from(&b"a\xffb"[..])).unwrap());
    assert_eq!(broken.await.unwrap_err().text(), "a\u{fffd}b");
}
