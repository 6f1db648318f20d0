//! The classes of HTTP/2 refusals, each by a real server, through h2, hyper, reqwest and tonic.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use h2::Reason;
use http::uri::PathAndQuery;
use retry_runtime::{Class, Classify};
use tokio::net::{TcpListener, TcpStream};
use tonic::client::Grpc;
use tonic::transport::Endpoint;
use tonic::{Request, Status};

use crate::tonic::codec;

/// Timeout for something that must happen.
const SOON: Duration = Duration::from_secs(10);

/// What a server does with each request.
#[derive(Clone, Copy, Debug)]
enum Then {
    Reset(Reason),
    /// Ends the connection, without having processed the request.
    GoAway(Reason),
    /// Ends the connection after it has begun to process the request.
    GoAwayLater(Reason),
}

const CASES: [(Then, Class); 11] = [
    (Then::Reset(Reason::REFUSED_STREAM), Class::Connect),
    (Then::Reset(Reason::ENHANCE_YOUR_CALM), Class::Throttled),
    (Then::Reset(Reason::HTTP_1_1_REQUIRED), Class::Permanent),
    (Then::Reset(Reason::INADEQUATE_SECURITY), Class::Permanent),
    (Then::Reset(Reason::INTERNAL_ERROR), Class::Disconnected),
    (Then::Reset(Reason::CANCEL), Class::Disconnected),
    (Then::GoAway(Reason::NO_ERROR), Class::Connect),
    (Then::GoAway(Reason::INTERNAL_ERROR), Class::Connect),
    (Then::GoAway(Reason::ENHANCE_YOUR_CALM), Class::Throttled),
    (Then::GoAwayLater(Reason::NO_ERROR), Class::Disconnected),
    (Then::GoAwayLater(Reason::INTERNAL_ERROR), Class::Disconnected),
];

async fn serve(then: Then) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(answer(stream, then));
        }
    });
    address
}

async fn answer(stream: TcpStream, then: Then) {
    match then {
        Then::Reset(reason) => {
            let mut connection = h2::server::handshake(stream).await.unwrap();
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                respond.send_reset(reason);
            }
        }
        Then::GoAway(reason) => go_away(stream, 0, reason).await.unwrap(),
        Then::GoAwayLater(reason) => go_away(stream, 1, reason).await.unwrap(),
    }
}

/// Writes the frames itself, because a server of h2 includes in its `GOAWAY` the stream that it has accepted.
///
/// The stream `last` is the last one that was processed; 0 is none. The request has the first stream, 1.
async fn go_away(mut stream: TcpStream, last: u32, reason: Reason) -> io::Result<()> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    const HEADERS: u8 = 1;
    let mut preface = [0; 24];
    stream.read_exact(&mut preface).await?;
    stream.write_all(&SETTINGS).await?;
    loop {
        // A frame begins with the length in three bytes, the type, the flags and the stream.
        let mut head = [0; 9];
        stream.read_exact(&mut head).await?;
        let length = usize::from(head[0]) << 16 | usize::from(head[1]) << 8 | usize::from(head[2]);
        stream.read_exact(&mut vec![0; length]).await?;
        if head[3] == HEADERS {
            break;
        }
    }
    stream.write_all(&[0, 0, 8, 7, 0, 0, 0, 0, 0]).await?;
    stream.write_all(&last.to_be_bytes()).await?;
    stream.write_all(&u32::from(reason).to_be_bytes()).await?;
    if last > 0 {
        return stream.shutdown().await;
    }
    while stream.read(&mut [0; 64]).await.is_ok_and(|count| count > 0) {}
    Ok(())
}

async fn h2_error(address: SocketAddr) -> h2::Error {
    let stream = TcpStream::connect(address).await.unwrap();
    let (client, connection) = h2::client::handshake(stream).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::get("http://shop/").body(()).unwrap();
    let (response, _) = client.ready().await.unwrap().send_request(request, true).unwrap();
    response.await.unwrap_err()
}

#[tokio::test]
async fn a_refusal_has_its_class_in_h2() {
    for (then, class) in CASES {
        let error = tokio::time::timeout(SOON, h2_error(serve(then).await)).await.unwrap();
        assert_eq!(error.class(), class, "{then:?}: {error:?}");
        let boxed: Box<dyn Error + Send + Sync> = error.into();
        assert_eq!(boxed.class(), class, "{then:?} in a box");
    }
}

#[tokio::test]
async fn a_refusal_has_its_class_in_reqwest() {
    for (then, class) in CASES {
        let url = format!("http://{}/", serve(then).await);
        let client = reqwest::Client::builder().no_proxy().http2_prior_knowledge().retry(reqwest::retry::never());
        let request = client.build().unwrap().post(url).body("x").send();
        let error = tokio::time::timeout(SOON, request).await.unwrap().unwrap_err();
        assert_eq!(error.class(), class, "{then:?}: {error:?}");
        let boxed: Box<dyn Error + Send + Sync> = error.into();
        assert_eq!(boxed.class(), class, "{then:?} in a box");
    }
}

#[tokio::test]
async fn a_refusal_has_its_class_in_tonic() {
    for (then, class) in CASES {
        let endpoint = Endpoint::from_shared(format!("http://{}", serve(then).await)).unwrap();
        let mut client = Grpc::new(endpoint.connect_lazy());
        let exchange = async {
            client.ready().await.map_err(|error| Status::from_error(error.into()))?;
            let path = PathAndQuery::from_static("/shop.Shop/Stock");
            client.unary(Request::new(Bytes::new()), path, codec::Raw).await
        };
        let status = tokio::time::timeout(SOON, exchange).await.unwrap().unwrap_err();
        assert_eq!(status.class(), class, "{then:?}: {status:?}");
    }
}

#[test]
fn a_reason_alone_has_a_class() {
    let status = |reason| Status::from_error(Box::new(h2::Error::from(reason)));
    assert_eq!(h2::Error::from(Reason::REFUSED_STREAM).class(), Class::Connect);
    assert_eq!(status(Reason::REFUSED_STREAM).class(), Class::Connect);
    assert_eq!(status(Reason::HTTP_1_1_REQUIRED).class(), Class::Permanent);
    assert_eq!(status(Reason::ENHANCE_YOUR_CALM).class(), Class::Throttled);
}

#[tokio::test]
async fn a_refusal_of_the_bodys_own_connection_proves_nothing() {
    let refused = || h2::Error::from(Reason::REFUSED_STREAM);
    let body = reqwest::Body::wrap(http_body_util::StreamBody::new(futures_util::stream::iter([Err::<
        http_body::Frame<Bytes>,
        _,
    >(refused())])));
    let error = reqwest::Response::from(http::Response::new(body)).bytes().await.unwrap_err();
    assert_eq!(error.class(), Class::Disconnected, "{error:?}");
}
