//! Classes of the `SdkError` of the AWS SDK.

use core::time::Duration;
use std::error::Error as _;

use ::aws_smithy_runtime_api::client::result::{ConnectorError, SdkError};
use ::aws_smithy_runtime_api::http::Response;
use ::aws_smithy_types::error::metadata::ProvideErrorMetadata;
use ::aws_smithy_types::retry::ErrorKind;

use crate::adapters::known_errors;
use crate::classify::is_final_class;
use crate::{Class, Classify};

/// Codes by which services throttle, those of the SDK's own retries.
const THROTTLED: [&str; 14] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// Codes by which services reject a write because of another one.
const CONFLICTS: [&str; 4] = [
    "ConditionalRequestConflict",
    "OperationAborted",
    "ReplicatedWriteConflictException",
    "TransactionConflictException",
];

/// Class of an error of the AWS SDK, or of another client that smithy generates:
///
/// | class | errors |
/// |---|---|
/// | `Throttled` | a service's code for throttling, as `ThrottlingException` or `SlowDown` |
/// | `Conflict` | `TransactionConflictException`, `OperationAborted`, `ConditionalRequestConflict`, `ReplicatedWriteConflictException` |
/// | `Timeout` | `TimeoutError`, a connector that timed out, `RequestTimeout`, `RequestTimeoutException` |
/// | `Status` | all other errors of a service, by the status of the response |
/// | class of its source | `DispatchFailure`: `Connect` if the connection was refused |
/// | `Disconnected` | other I/O of a `DispatchFailure`, or its known source |
/// | `Malformed` | `ResponseError` without a known source |
/// | `Permanent` | `ConstructionFailure`, and all others |
///
/// The server hint is the header `x-amz-retry-after`, in milliseconds.
///
/// The SDK retries by itself, three attempts by default: turn that off ([client retries](crate::guide::client_retries)), or the
/// attempts multiply. In a box only the errors of the connector are known, because a service's error has a type of its own:
/// keep the `SdkError` in a variant of your error with `#[from]`, or wrap it in [`Classified`](crate::Classified).
impl<E: ProvideErrorMetadata> Classify for SdkError<E, Response> {
    fn class(&self) -> Class {
        match self {
            Self::TimeoutError(_) => Class::Timeout,
            Self::DispatchFailure(failure) => failure.as_connector_error().map_or(Class::Disconnected, Classify::class),
            Self::ServiceError(error) => class_of_service(error.err().code(), error.raw().status().as_u16()),
            Self::ResponseError(_) => Class::Malformed,
            _ => Class::Permanent,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        let hint = self.raw_response()?.headers().get("x-amz-retry-after")?;
        hint.parse().ok().map(Duration::from_millis)
    }

    /// Returns true for an error of the service that a retry cannot help.
    fn is_final(&self) -> bool {
        matches!(self, Self::ServiceError(_)) && is_final_class(self.class())
    }
}

/// Class of the first known source, or of the kind.
impl Classify for ConnectorError {
    fn class(&self) -> Class {
        match self.source().and_then(known_errors::classify) {
            Some(known) => known.class,
            None if self.is_timeout() => Class::Timeout,
            None if self.is_io() => Class::Disconnected,
            None => match self.as_other() {
                Some(ErrorKind::ThrottlingError) => Class::Throttled,
                Some(ErrorKind::TransientError | ErrorKind::ServerError) => Class::Unavailable,
                _ => Class::Permanent,
            },
        }
    }

    /// Returns false: a connection that failed has given no answer.
    fn is_final(&self) -> bool {
        false
    }
}

fn class_of_service(code: Option<&str>, status: u16) -> Class {
    match code {
        Some(code) if THROTTLED.contains(&code) => Class::Throttled,
        Some(code) if CONFLICTS.contains(&code) => Class::Conflict,
        Some("RequestTimeout" | "RequestTimeoutException") => Class::Timeout,
        _ => Class::Status(status),
    }
}
