//! The classes of `hyper::Error`, where no reqwest stands before it.

use std::convert::Infallible;
use std::error::Error;
use std::fmt;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use hyper_util::rt::{TokioIo, TokioTimer};
use retry_runtime::{Class, Classify};
use tokio::io::{AsyncReadExt, duplex};

/// An error that nobody knows.
#[derive(Debug)]
struct Unknown;

impl fmt::Display for Unknown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("unknown")
    }
}

impl Error for Unknown {}

type AnyError = Box<dyn Error + Send + Sync>;

/// A body that fails, or is empty.
struct Body(Option<AnyError>);

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = AnyError;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, AnyError>>> {
        Poll::Ready(self.0.take().map(Err))
    }
}

/// Sends `body` to a server that reads the head and falls silent, or closes.
async fn send(body: Body, closes: bool) -> hyper::Error {
    let (near, mut far) = duplex(1024);
    tokio::spawn(async move {
        assert!(far.read(&mut [0; 1024]).await.unwrap() > 0);
        if !closes {
            std::future::pending::<()>().await;
        }
    });
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(near)).await.unwrap();
    tokio::spawn(connection);
    let answer = sender.send_request(Request::post("/").body(body).unwrap());
    tokio::time::timeout(Duration::from_secs(5), answer).await.unwrap().unwrap_err()
}

#[tokio::test]
async fn a_request_body_that_fails_answers_itself_but_proves_nothing() {
    let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
    let stream = h2::Error::from(h2::Reason::REFUSED_STREAM);
    let cases: [(AnyError, Class); 3] = [
        (Unknown.into(), Class::Permanent),
        (refused.into(), Class::Disconnected),
        (stream.into(), Class::Disconnected),
    ];
    for (error, class) in cases {
        let error = send(Body(Some(error)), false).await;
        assert!(error.is_user(), "{error:?}");
        assert_eq!(error.class(), class, "{error:?}");
    }
}

#[tokio::test]
async fn a_message_cut_short_is_disconnected_also_in_a_box() {
    let error = send(Body(None), true).await;
    assert!(error.is_incomplete_message(), "{error:?}");
    assert_eq!(error.class(), Class::Disconnected);
    let boxed: Box<dyn Error> = error.into();
    assert_eq!(boxed.class(), Class::Disconnected);
}

#[tokio::test]
async fn a_client_that_sends_no_head_in_time_is_timeout() {
    let (near, _far) = duplex(1024);
    let answer = |_: Request<hyper::body::Incoming>| async { Ok::<_, Infallible>(Response::new(Body(None))) };
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_millis(5))
        .serve_connection(TokioIo::new(near), hyper::service::service_fn(answer));
    assert_eq!(connection.await.unwrap_err().class(), Class::Timeout);
}
