//! Errors of kube's client: answers of an API server, and connections that fail.

use std::convert::Infallible;
use std::future::ready;
use std::io::{self, ErrorKind};
use std::time::Duration;

use http::{Request, Response, Uri};
use http_body_util::Full;
use hyper_util::rt::{TokioExecutor, TokioIo};
use kube_client::config::KubeconfigError;
use kube_client::core::{Status, response::StatusDetails};
use kube_client::{Client, Config, Error};
use retry_runtime::{Class, Classify, Stopped, retry};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tower::{ServiceBuilder, service_fn};

/// Returns the error of one request.
async fn failure(client: &Client) -> Error {
    client.request::<Value>(Request::get("/api/v1/pods").body(Vec::new()).unwrap()).await.unwrap_err()
}

/// Returns a client of a server that gives this answer.
fn answering(status: u16, body: &impl ToString) -> Client {
    let body = body.to_string();
    let server = service_fn(move |_: Request<kube_client::client::Body>| {
        let answer = Response::builder().status(status).body(Full::new(bytes::Bytes::from(body.clone()))).unwrap();
        async { Ok::<_, Infallible>(answer) }
    });
    Client::new(server, "default")
}

fn status(code: u16, reason: &str, details: &Value) -> Value {
    json!({
        "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": "no", "reason": reason, "details": details,
        "code": code
    })
}

/// Returns a client of a real socket, which retries nothing by itself.
fn connecting(address: &str) -> Client {
    let mut config = Config::new(address.parse::<Uri>().unwrap());
    config.default_retry = false;
    config.connect_timeout = Some(Duration::from_secs(5));
    config.read_timeout = Some(Duration::from_millis(200));
    Client::try_from(config).unwrap()
}

/// Returns the class of a request whose answer is these bytes, or none while the connection is open.
async fn class_of_bytes(answer: Option<&'static str>) -> Class {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let _ = socket.read(&mut [0; 4096]).await.unwrap();
        match answer {
            Some(answer) => socket.write_all(answer.as_bytes()).await.unwrap(),
            None => std::future::pending().await,
        }
    });
    let class = failure(&connecting(&address)).await.class();
    server.abort();
    class
}

#[tokio::test]
async fn an_answer_has_the_class_of_its_code_and_reason() {
    for (code, reason, details, class, seconds) in [
        (409, "Conflict", json!({}), Class::Conflict, None),
        (409, "AlreadyExists", json!({}), Class::Status(409), None),
        (409, "AlreadyExists", json!({"retryAfterSeconds": 1}), Class::Conflict, Some(1)),
        (409, "ReasonOfAnExtension", json!({}), Class::Conflict, None),
        (409, "", json!({}), Class::Conflict, None),
        (429, "TooManyRequests", json!({"retryAfterSeconds": 7}), Class::Status(429), Some(7)),
        (410, "Expired", json!({}), Class::Status(410), None),
        (404, "NotFound", json!({"name": "web", "kind": "pods"}), Class::Status(404), None),
        (500, "ServerTimeout", json!({"retryAfterSeconds": 2}), Class::Status(500), Some(2)),
        (503, "ServiceUnavailable", json!({}), Class::Status(503), None),
        (504, "Timeout", json!({}), Class::Status(504), None),
    ] {
        let error = failure(&answering(code, &status(code, reason, &details))).await;
        assert_eq!((error.class(), error.retry_after()), (class, seconds.map(Duration::from_secs)), "{error}");
        assert!(!error.is_final());
    }
    // A proxy before the API server knows no `Status`.
    assert_eq!(failure(&answering(502, &"<html>bad gateway</html>")).await.class(), Class::Status(502));
    assert_eq!(failure(&answering(200, &"{half of")).await.class(), Class::Malformed);
    // An event of a watch has the status without the error.
    assert_eq!(Status::failure("the version is too old", "Expired").with_code(410).class(), Class::Status(410));
    assert_eq!(Status::failure("no code", "").class(), Class::Permanent);
}

#[tokio::test]
async fn a_connection_that_fails_has_the_class_of_its_cause() {
    let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    assert_eq!(failure(&connecting(&format!("http://{free}"))).await.class(), Class::Connect);
    assert_eq!(failure(&connecting("http://no-such-name.invalid")).await.class(), Class::Connect);
    assert_eq!(class_of_bytes(Some("")).await, Class::Disconnected);
    assert_eq!(class_of_bytes(Some("SSH-2.0-server\r\n\r\n")).await, Class::Malformed);
    assert_eq!(class_of_bytes(None).await, Class::Timeout);
    assert_eq!(
        retry_runtime::Classified::new(failure(&connecting(&format!("http://{free}"))).await).class(),
        Class::Connect
    );
}

#[tokio::test]
async fn a_connection_that_was_never_there_proves_that_nothing_happened() {
    for (kind, class) in [
        (ErrorKind::ConnectionRefused, Class::Connect),
        (ErrorKind::TimedOut, Class::Connect),
        (ErrorKind::InvalidData, Class::Permanent), // as rustls reports a certificate
    ] {
        let connector = service_fn(move |_: Uri| ready(Err::<TokioIo<TcpStream>, _>(io::Error::from(kind))));
        let server = hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build(connector);
        let server = ServiceBuilder::new().map_request(absolute).service(server);
        assert_eq!(failure(&Client::new(server, "default")).await.class(), class, "{kind}");
    }
}

/// Adds the server to the address of a request.
fn absolute(mut request: Request<kube_client::client::Body>) -> Request<kube_client::client::Body> {
    *request.uri_mut() = format!("http://127.0.0.1{}", request.uri()).parse().unwrap();
    request
}

#[test]
fn a_configuration_that_cannot_be_read_is_permanent() {
    let slow_disk = KubeconfigError::ReadConfig(ErrorKind::TimedOut.into(), "kubeconfig".into());
    assert_eq!(Error::InferKubeconfig(slow_disk).class(), Class::Permanent);
    assert_eq!(Error::TlsRequired.class(), Class::Permanent);
}

#[derive(Debug, Classify, thiserror::Error)]
enum ScaleError {
    #[error(transparent)]
    Kubernetes(#[from] Error),
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

#[retry(max_attempts = 4, backoff = fixed(1ms), retry_on = transient, budget = none)]
async fn scale(answers: &mut Vec<Error>) -> Result<u32, ScaleError> {
    answers.pop().map_or(Ok(3), |error| Err(error.into()))
}

#[tokio::test(start_paused = true)]
async fn a_write_is_repeated_after_a_conflict_and_when_the_server_says() {
    let error = |code, reason, seconds| {
        let mut details: StatusDetails = serde_json::from_value(json!({})).unwrap();
        details.retry_after_seconds = seconds;
        Error::Api(Status::failure("no", reason).with_code(code).with_details(details).boxed())
    };
    let start = tokio::time::Instant::now();
    let mut answers = vec![error(409, "Conflict", 0), error(429, "TooManyRequests", 7)];
    assert_eq!(scale(&mut answers).await.unwrap(), 3);
    assert!(start.elapsed() >= Duration::from_secs(7));
    let mut answers = vec![error(500, "", 0), error(422, "Invalid", 0)];
    assert!(scale(&mut answers).await.is_err());
    assert_eq!(answers.len(), 1, "an invalid object is not sent again");
}
