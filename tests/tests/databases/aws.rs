//! Errors of the AWS SDK, made as its client makes them.

use std::error::Error;
use std::fmt;
use std::io::{self, ErrorKind};
use std::time::Duration;

use aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use aws_smithy_runtime_api::http::{Response, StatusCode};
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::error::ErrorMetadata;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use retry_runtime::{Class, Classify};

/// The error of one operation, as the SDK generates it.
#[derive(Debug)]
struct PutItemError(ErrorMetadata);

impl fmt::Display for PutItemError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Error for PutItemError {}

impl ProvideErrorMetadata for PutItemError {
    fn meta(&self) -> &ErrorMetadata {
        &self.0
    }
}

type PutItem = SdkError<PutItemError, Response>;

fn response(status: u16) -> Response {
    Response::new(StatusCode::try_from(status).unwrap(), SdkBody::empty())
}

fn service(code: &str, status: u16) -> PutItem {
    SdkError::service_error(PutItemError(ErrorMetadata::builder().code(code).build()), response(status))
}

fn io(kind: ErrorKind) -> Box<dyn Error + Send + Sync> {
    io::Error::from(kind).into()
}

#[test]
fn codes_and_statuses_of_a_service() {
    for (code, status, class) in [
        ("ProvisionedThroughputExceededException", 400, Class::Throttled),
        ("SlowDown", 503, Class::Throttled),
        ("TransactionConflictException", 400, Class::Conflict),
        ("RequestTimeout", 400, Class::Timeout),
        ("InternalError", 500, Class::Status(500)),
        ("ServiceUnavailable", 503, Class::Status(503)),
        ("ValidationException", 400, Class::Status(400)),
    ] {
        assert_eq!(service(code, status).class(), class, "{code}");
    }
    assert!(service("ValidationException", 400).is_final());
    assert!(!service("SlowDown", 503).is_final());
}

#[test]
fn failures_of_the_connection() {
    let dispatch = |error| PutItem::dispatch_failure(error);
    assert_eq!(dispatch(ConnectorError::io(io(ErrorKind::ConnectionRefused))).class(), Class::Connect);
    assert_eq!(dispatch(ConnectorError::io(io(ErrorKind::ConnectionReset))).class(), Class::Disconnected);
    assert_eq!(dispatch(ConnectorError::io("closed".into())).class(), Class::Disconnected);
    assert_eq!(dispatch(ConnectorError::timeout("slow".into())).class(), Class::Timeout);
    assert_eq!(dispatch(ConnectorError::user("body".into())).class(), Class::Permanent);
    assert_eq!(PutItem::timeout_error("slow").class(), Class::Timeout);
    assert_eq!(PutItem::construction_failure("bad").class(), Class::Permanent);
    assert_eq!(PutItem::response_error("not json", response(200)).class(), Class::Malformed);
    let boxed: Box<dyn Error + Send + Sync> = dispatch(ConnectorError::io(io(ErrorKind::ConnectionRefused))).into();
    assert_eq!(boxed.class(), Class::Connect);
}

#[test]
fn the_header_of_aws_is_the_server_hint() {
    let mut response = response(503);
    response.headers_mut().insert("x-amz-retry-after", "1500");
    let error: PutItem = SdkError::service_error(PutItemError(ErrorMetadata::builder().build()), response);
    assert_eq!(error.retry_after(), Some(Duration::from_millis(1500)));
    assert_eq!(service("SlowDown", 503).retry_after(), None);
}
