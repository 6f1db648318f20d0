//! The classes of tonic's statuses: by code, by what caused them, and by a real channel against a real socket.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use http::uri::PathAndQuery;
use retry_runtime::{Class, Classify, retry};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tonic::client::Grpc;
use tonic::metadata::MetadataValue;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, ConnectError, Request, Status, TimeoutExpired};

#[path = "../codec/mod.rs"]
pub(crate) mod codec;

/// Timeout for something that must happen.
const SOON: Duration = Duration::from_secs(10);
/// Time to wait for something that must not happen.
const BRIEF: Duration = Duration::from_millis(50);

const CODES: [(Code, Class); 17] = [
    (Code::Ok, Class::Permanent),
    (Code::Cancelled, Class::Permanent),
    (Code::Unknown, Class::Permanent),
    (Code::InvalidArgument, Class::Permanent),
    (Code::DeadlineExceeded, Class::Timeout),
    (Code::NotFound, Class::Permanent),
    (Code::AlreadyExists, Class::Permanent),
    (Code::PermissionDenied, Class::Permanent),
    (Code::ResourceExhausted, Class::Throttled),
    (Code::FailedPrecondition, Class::Permanent),
    (Code::Aborted, Class::Conflict),
    (Code::OutOfRange, Class::Permanent),
    (Code::Unimplemented, Class::Permanent),
    (Code::Internal, Class::Permanent),
    (Code::Unavailable, Class::Unavailable),
    (Code::DataLoss, Class::Permanent),
    (Code::Unauthenticated, Class::Permanent),
];

#[test]
fn every_code_has_its_class() {
    for ((code, class), number) in CODES.into_iter().zip(0..) {
        assert_eq!(code, Code::from(number), "the table is whole");
        let status = Status::new(code, "text");
        assert_eq!((status.class(), status.retry_after(), status.gave_up()), (class, None, false), "{code:?}");
        let boxed: Box<dyn Error> = status.into();
        assert_eq!(boxed.class(), class, "{code:?} in a box");
    }
}

fn pushed_back(value: &[u8]) -> Status {
    let mut status = Status::unavailable("later");
    let value = MetadataValue::try_from(value).unwrap();
    status.metadata_mut().insert("grpc-retry-pushback-ms", value);
    status
}

#[test]
fn pushback_is_the_hint_and_what_is_no_number_says_not_to_retry() {
    const NEVER: (Option<Duration>, bool) = (None, true);
    let millis = |count| (Some(Duration::from_millis(count)), false);
    let cases = [
        (b"0".as_slice(), millis(0)),
        (b"1500", millis(1500)),
        (b"18446744073709551616", millis(u64::MAX)),
        (b"-1", NEVER),
        (b"-0", NEVER),
        (b"", NEVER),
        (b"soon", NEVER),
        (b"1.5", NEVER),
        (b"0x10", NEVER),
        (b"\xff", NEVER),
    ];
    for (value, expected) in cases {
        let status = pushed_back(value);
        assert_eq!((status.retry_after(), status.gave_up()), expected, "{value:?}");
        let boxed: Box<dyn Error> = io::Error::other(status).into();
        assert_eq!((boxed.retry_after(), boxed.gave_up()), expected, "{value:?} in a box");
        assert_eq!(boxed.class(), Class::Unavailable);
    }
    let mut status = pushed_back(b"7");
    status.metadata_mut().append("grpc-retry-pushback-ms", MetadataValue::from_static("-1"));
    assert_eq!((status.retry_after(), status.gave_up()), millis(7), "of several the first counts");
}

#[tokio::test(start_paused = true)]
async fn a_call_heeds_pushback() {
    #[retry(retry_on = transient, backoff = none, jitter = none, budget = none, max_retry_after = 5s)]
    async fn ask(times: &mut u32, value: &[u8]) -> Result<(), Status> {
        *times += 1;
        Err(pushed_back(value))
    }
    for (value, expected, waited) in [(b"1000".as_slice(), 3, 2), (b"-1", 1, 0), (b"6000", 1, 0), (b"?", 1, 0)] {
        let (begun, mut times) = (tokio::time::Instant::now(), 0);
        ask(&mut times, value).await.unwrap_err();
        assert_eq!((times, begun.elapsed()), (expected, Duration::from_secs(waited)), "{value:?}");
    }
}

#[test]
fn what_caused_a_status_says_more_than_its_code() {
    let connect = |kind: io::ErrorKind| Status::from_error(Box::new(ConnectError(io::Error::from(kind).into())));
    let cases = [
        (connect(io::ErrorKind::ConnectionRefused), Code::Unavailable, Class::Connect),
        (connect(io::ErrorKind::TimedOut), Code::Unavailable, Class::Connect),
        (connect(io::ErrorKind::InvalidData), Code::Unavailable, Class::Permanent),
        (connect(io::ErrorKind::PermissionDenied), Code::Unavailable, Class::Permanent),
        (Status::from_error(Box::new(TimeoutExpired(()))), Code::Cancelled, Class::Timeout),
        (Status::from_error(Box::new(io::Error::from(io::ErrorKind::BrokenPipe))), Code::Unknown, Class::Disconnected),
        (Status::from_error("text".into()), Code::Unknown, Class::Permanent),
        (Status::from_error(io::Error::other(Status::aborted("")).into()), Code::Unknown, Class::Conflict),
    ];
    for (status, code, class) in cases {
        assert_eq!((status.code(), status.class()), (code, class), "{status:?}");
    }
    let wrapping = |value| Status::from_error(io::Error::other(pushed_back(value)).into());
    assert!(wrapping(b"-1").gave_up());
    assert_eq!(wrapping(b"9").retry_after(), Some(Duration::from_millis(9)));
    let mut own = wrapping(b"-1");
    own.metadata_mut().insert("grpc-retry-pushback-ms", MetadataValue::from_static("3"));
    assert_eq!((own.retry_after(), own.gave_up()), (Some(Duration::from_millis(3)), false), "its own word stands");
}

/// One call over a channel to `address`.
async fn call(address: SocketAddr) -> Status {
    let endpoint = Endpoint::from_shared(format!("http://{address}")).unwrap().timeout(BRIEF);
    let mut client = Grpc::new(endpoint.connect_lazy());
    let exchange = async {
        client.ready().await.map_err(|error| Status::from_error(error.into()))?;
        let path = PathAndQuery::from_static("/shop.Shop/Stock");
        client.unary(Request::new(Bytes::new()), path, codec::Raw).await
    };
    tokio::time::timeout(SOON, exchange).await.unwrap().unwrap_err()
}

/// The address of a server that does this with every connection.
async fn serve<F: Future<Output = ()> + Send + 'static>(with: fn(TcpStream) -> F) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(with(stream));
        }
    });
    address
}

#[tokio::test]
async fn a_connection_that_is_refused_is_connect() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let status = call(free).await;
    assert_eq!((status.code(), status.class()), (Code::Unavailable, Class::Connect), "{status:?}");

    let endpoint = Endpoint::from_shared(format!("http://{free}")).unwrap();
    let error: Result<Channel, _> = endpoint.connect().await;
    let boxed: Box<dyn Error> = error.unwrap_err().into();
    assert_eq!(boxed.class(), Class::Connect, "{boxed:?}");
}

/// Reads the client's preface and closes: so there was a connection.
async fn close(mut stream: TcpStream) {
    let _ = stream.read(&mut [0; 24]).await;
}

/// Reads all and says nothing.
async fn hang(mut stream: TcpStream) {
    while stream.read(&mut [0; 64]).await.is_ok_and(|count| count > 0) {}
}

#[tokio::test]
async fn a_connection_that_breaks_is_disconnected() {
    let status = call(serve(close).await).await;
    assert_eq!(status.class(), Class::Disconnected, "{status:?}");
}

#[tokio::test]
async fn silence_is_timeout() {
    let status = call(serve(hang).await).await;
    assert_eq!((status.code(), status.class()), (Code::Cancelled, Class::Timeout), "{status:?}");
}
