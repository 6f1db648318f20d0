//! The classes of reqwest's errors and responses, each made by a real client against a real socket.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, Response};
use retry_runtime::http::check_head;
use retry_runtime::{Class, Classify};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Timeout for something that must happen.
const SOON: Duration = Duration::from_secs(10);
/// Time to wait for something that must not happen.
const BRIEF: Duration = Duration::from_millis(50);

/// Behaviour of a server after it has read the head of a request.
#[derive(Clone, Copy)]
enum Then {
    /// Writes this and closes.
    Write(&'static str),
    /// Writes this and resets the connection.
    Reset(&'static str),
    /// Writes this and stays silent.
    Hang(&'static str),
}

fn client() -> ClientBuilder {
    Client::builder().no_proxy()
}

async fn serve(then: Then) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(answer(stream, then));
        }
    });
    format!("http://{address}/")
}

async fn answer(mut stream: TcpStream, then: Then) -> io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    let (Then::Write(text) | Then::Reset(text) | Then::Hang(text)) = then;
    stream.write_all(text.as_bytes()).await?;
    match then {
        Then::Write(_) => stream.shutdown().await,
        Then::Reset(_) => {
            // Let the client see the text before the reset overtakes it.
            tokio::time::sleep(BRIEF).await;
            stream.set_zero_linger()
        }
        Then::Hang(_) => std::future::pending().await,
    }
}

async fn get(builder: ClientBuilder, url: &str) -> reqwest::Result<Response> {
    tokio::time::timeout(SOON, builder.build()?.get(url).send()).await.unwrap()
}

/// The class of sending a request and reading all of the answer.
async fn class_of(builder: ClientBuilder, then: Then) -> Class {
    let read = async {
        let response = get(builder, &serve(then).await).await?;
        response.error_for_status()?.json::<Vec<u32>>().await
    };
    let error = tokio::time::timeout(SOON, read).await.unwrap().unwrap_err();
    let class = error.class();
    assert_eq!(error.retry_after(), None);
    let boxed: Box<dyn Error> = Box::new(io::Error::other(error));
    assert_eq!(boxed.class(), class, "the same in a box");
    class
}

#[tokio::test]
async fn a_failed_exchange_has_its_class() {
    let short = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n[1, ";
    let chunk = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nno number\r\n";
    let json = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n[1, ";
    let busy = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 1\r\n\r\n";
    let absent = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
    let circle = "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n";
    let cases = [
        ("closed before the answer", Then::Write(""), Class::Disconnected),
        ("closed within the head", Then::Write("HTTP/1.1 200 OK\r\nConte"), Class::Disconnected),
        ("closed within the body", Then::Write(short), Class::Disconnected),
        ("reset before the answer", Then::Reset(""), Class::Disconnected),
        ("reset within the body", Then::Reset(short), Class::Disconnected),
        ("no HTTP", Then::Write("220 mail.example ESMTP\r\n\r\n"), Class::Malformed),
        ("a chunk without a length", Then::Write(chunk), Class::Malformed),
        ("JSON that ends too soon", Then::Write(json), Class::Malformed),
        ("an error's status", Then::Write(busy), Class::Status(503)),
        ("another's", Then::Write(absent), Class::Status(404)),
        ("too many redirects", Then::Write(circle), Class::Permanent),
    ];
    for (name, then, class) in cases {
        assert_eq!(class_of(client(), then).await, class, "{name}");
    }
}

#[tokio::test]
async fn silence_is_timeout_at_every_stage() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n";
    assert_eq!(class_of(client().timeout(BRIEF), Then::Hang("")).await, Class::Timeout);
    assert_eq!(class_of(client().timeout(BRIEF), Then::Hang(head)).await, Class::Timeout);
    assert_eq!(class_of(client().read_timeout(BRIEF), Then::Hang("")).await, Class::Timeout);
    assert_eq!(class_of(client().read_timeout(BRIEF), Then::Hang(head)).await, Class::Timeout);
}

/// Resolves every name to one address, or fails with this kind, or never ends.
#[derive(Clone, Copy)]
enum Names {
    Fail(io::ErrorKind),
    Hang,
}

impl Resolve for Names {
    fn resolve(&self, _: Name) -> Resolving {
        let names = *self;
        Box::pin(async move {
            match names {
                Self::Fail(kind) => Err::<Addrs, _>(io::Error::from(kind).into()),
                Self::Hang => std::future::pending().await,
            }
        })
    }
}

#[tokio::test]
async fn a_refused_connection_is_connect() {
    let free: SocketAddr = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = get(client(), &format!("http://{free}/")).await.unwrap_err();
    assert_eq!(error.class(), Class::Connect, "{error:?}");
}

#[tokio::test]
async fn a_name_that_is_not_found_is_connect() {
    let error = get(client(), "http://no-such-host.invalid/").await.unwrap_err();
    assert_eq!(error.class(), Class::Connect, "{error:?}");
}

#[tokio::test]
async fn a_connection_that_cannot_be_is_connect_or_permanent() {
    let cases = [
        (io::ErrorKind::NotFound, Class::Connect),
        (io::ErrorKind::TimedOut, Class::Connect),
        (io::ErrorKind::ConnectionReset, Class::Connect),
        (io::ErrorKind::HostUnreachable, Class::Connect),
        (io::ErrorKind::NetworkUnreachable, Class::Connect),
        (io::ErrorKind::Other, Class::Connect),
        (io::ErrorKind::InvalidData, Class::Permanent),
        (io::ErrorKind::InvalidInput, Class::Permanent),
        (io::ErrorKind::PermissionDenied, Class::Permanent),
        (io::ErrorKind::Unsupported, Class::Permanent),
    ];
    for (kind, class) in cases {
        let error = get(client().dns_resolver(Names::Fail(kind)), "http://host.example/").await.unwrap_err();
        assert_eq!(error.class(), class, "{kind:?}");
    }
}

#[tokio::test]
async fn a_connect_timeout_is_connect_and_a_whole_timeout_is_timeout() {
    let hanging = || client().dns_resolver(Names::Hang);
    let error = get(hanging().connect_timeout(BRIEF), "http://host.example/").await.unwrap_err();
    assert!(error.is_timeout());
    assert_eq!(error.class(), Class::Connect, "{error:?}");
    let error = get(hanging().timeout(BRIEF), "http://host.example/").await.unwrap_err();
    assert_eq!(error.class(), Class::Timeout, "{error:?}");
}

#[tokio::test]
async fn a_request_that_cannot_be_built_is_permanent() {
    let error = get(client(), "no url").await.unwrap_err();
    assert_eq!(error.class(), Class::Permanent, "{error:?}");
}

/// A request body that fails.
struct Broken(io::ErrorKind);

impl http_body::Body for Broken {
    type Data = bytes::Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<http_body::Frame<bytes::Bytes>>>> {
        Poll::Ready(Some(Err(self.0.into())))
    }
}

#[tokio::test]
async fn a_request_body_that_fails_answers_itself_but_proves_nothing() {
    let cases = [
        (io::ErrorKind::NotFound, Class::Permanent),
        (io::ErrorKind::InvalidInput, Class::Permanent),
        (io::ErrorKind::Other, Class::Permanent),
        (io::ErrorKind::BrokenPipe, Class::Disconnected),
        (io::ErrorKind::ConnectionRefused, Class::Disconnected),
    ];
    for (kind, class) in cases {
        let url = serve(Then::Hang("")).await;
        let request = client().build().unwrap().post(url).body(reqwest::Body::wrap(Broken(kind)));
        let error = tokio::time::timeout(SOON, request.send()).await.unwrap().unwrap_err();
        assert_eq!(error.class(), class, "{kind:?}: {error:?}");
    }
}

#[tokio::test]
async fn a_response_body_that_fails_proves_nothing() {
    let body = reqwest::Body::wrap(Broken(io::ErrorKind::ConnectionRefused));
    let error = Response::from(http::Response::new(body)).bytes().await.unwrap_err();
    assert_eq!(error.class(), Class::Disconnected, "{error:?}");
}

#[tokio::test]
async fn a_redirect_that_the_client_refuses_is_permanent_whatever_it_says() {
    let moved = "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n";
    let refuse = Policy::custom(|attempt| attempt.error(io::Error::from(io::ErrorKind::ConnectionReset)));
    assert_eq!(class_of(client().redirect(refuse), Then::Write(moved)).await, Class::Permanent);
}

#[tokio::test]
async fn a_response_has_status_and_hint() {
    let throttled = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\nContent-Length: 0\r\n\r\n";
    let response = get(client(), &serve(Then::Write(throttled)).await).await.unwrap();
    assert_eq!((response.class(), response.retry_after()), (Class::Status(429), Some(Duration::from_secs(3))));
    assert!(!response.gave_up());
    let refused = check_head(response).unwrap_err();
    assert_eq!((refused.class(), refused.retry_after()), (Class::Status(429), Some(Duration::from_secs(3))));
    assert!(!refused.gave_up());

    let spent = "HTTP/1.1 503 Service Unavailable\r\nRetry-Gave-Up: 1\r\nContent-Length: 0\r\n\r\n";
    let response = get(client(), &serve(Then::Write(spent)).await).await.unwrap();
    assert!(response.gave_up());
    let refused = check_head(response).unwrap_err();
    assert_eq!((refused.class(), refused.gave_up()), (Class::Status(503), true));

    let fine = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    let response = get(client(), &serve(Then::Write(fine)).await).await.unwrap();
    assert_eq!((response.class(), response.retry_after(), response.gave_up()), (Class::Status(200), None, false));
    assert!(check_head(response).is_ok());
}
