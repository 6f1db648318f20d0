//! Classes of `tonic::Status`, and deadline and attempt in `tonic::Request`.

use core::time::Duration;
use std::error::Error;

use ::tonic::{Code, ConnectError, Request, Status, TimeoutExpired};

use crate::adapters::classification::Classification;
use crate::adapters::connect_fault;
use crate::adapters::http::grpc::{PREVIOUS_ATTEMPTS, PUSHBACK, TIMEOUT, read_timeout};
use crate::adapters::http::parse_number;
use crate::adapters::known_errors;
use crate::adapters::retry_info;
use crate::{Class, Classify, Outgoing, OutgoingRequest};

/// Class of the first known error among the sources, or of the code.
///
/// A status that the client made, because there was no response, has a source: `Connect` for a refused connection,
/// `Disconnected` for a broken one, `Timeout` for a call that this side interrupted. Any other status is classified by its
/// code, as the gRPC [documentation](https://grpc.github.io/grpc/core/md_doc_statuscodes.html) describes it:
///
/// | class | codes |
/// |---|---|
/// | `Unavailable` | `UNAVAILABLE`: most likely transient |
/// | `Timeout` | `DEADLINE_EXCEEDED`: the request may have been processed |
/// | `Throttled` | `RESOURCE_EXHAUSTED`: a quota, but also a message that is too large for the server |
/// | `Conflict` | `ABORTED`: a transaction that conflicted with another. Repeat all of it, from its first read, not this call alone |
/// | `Permanent` | `INVALID_ARGUMENT`, `NOT_FOUND`, `ALREADY_EXISTS`, `PERMISSION_DENIED`, `UNAUTHENTICATED`, `OUT_OF_RANGE`, `UNIMPLEMENTED`, `FAILED_PRECONDITION`: a repetition fails too, until something else has changed |
/// | `Permanent` | `CANCELLED`: by the caller, who does not want a retry |
/// | `Permanent` | `UNKNOWN`, `INTERNAL`, `DATA_LOSS`: nothing indicates that the failure is transient. If you know that a server's is, retry it by `retry_if` |
///
/// The server hint is gRPC's [pushback], the trailer `grpc-retry-pushback-ms`. A value that is negative or not a number means
/// that the call must not be retried; a server whose operations gave up sends it too. Without that trailer it is the delay
/// of a [`google.rpc.RetryInfo`] among the details of the status.
///
/// A refused HTTP/2 stream (`REFUSED_STREAM`, or `GOAWAY` with a lower stream number) is `Connect`: the server has not
/// processed the call.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Class, Classify};
/// use tonic::Status;
///
/// let mut status = Status::unavailable("the index is being rebuilt");
/// assert_eq!(status.class(), Class::Unavailable);
///
/// status.metadata_mut().insert("grpc-retry-pushback-ms", "1500".parse().unwrap());
/// assert_eq!(status.retry_after(), Some(Duration::from_millis(1500)));
///
/// status.metadata_mut().insert("grpc-retry-pushback-ms", "-1".parse().unwrap());
/// assert!(status.gave_up());
/// ```
///
/// [`google.rpc.RetryInfo`]: https://github.com/googleapis/googleapis/blob/master/google/rpc/error_details.proto
/// [pushback]: https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback
impl Classify for Status {
    fn class(&self) -> Class {
        classification(self).class
    }

    fn retry_after(&self) -> Option<Duration> {
        classification(self).retry_after()
    }

    fn gave_up(&self) -> bool {
        classification(self).gave_up
    }

    /// Returns true for a `Permanent` answer of the server.
    ///
    /// Not for `Unknown`, `Internal`, `DataLoss` and `Cancelled`: after these the server may have done its work.
    fn is_final(&self) -> bool {
        classification(self).is_final
    }
}

/// Trailer with the details of a status, an encoded `google.rpc.Status`.
const DETAILS: &str = "grpc-status-details-bin";

fn classification(status: &Status) -> Classification {
    let cause = status.source().and_then(known_errors::classify);
    let result = cause.unwrap_or_else(|| Classification {
        is_final: is_final_code(status.code()),
        ..Classification::from_class(class_of_code(status.code()))
    });
    match pushback(status) {
        Some(Pushback::After(delay)) => Classification { retry_after: Some(delay), gave_up: false, ..result },
        Some(Pushback::Never { is_number }) => {
            let unreadable = (!is_number).then_some(PUSHBACK);
            Classification { retry_after: None, gave_up: true, unreadable, ..result }
        }
        None => match retry_info::delay(status.details()) {
            Ok(None) => result,
            Ok(delay) => Classification { retry_after: delay, ..result },
            Err(_) => Classification { unreadable: Some(DETAILS), ..result },
        },
    }
}

fn class_of_code(code: Code) -> Class {
    match code {
        Code::Unavailable => Class::Unavailable,
        Code::DeadlineExceeded => Class::Timeout,
        Code::ResourceExhausted => Class::Throttled,
        Code::Aborted => Class::Conflict,
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::FailedPrecondition
        | Code::OutOfRange
        | Code::Unimplemented
        | Code::Internal
        | Code::DataLoss
        | Code::Unauthenticated => Class::Permanent,
    }
}

const fn is_final_code(code: Code) -> bool {
    matches!(
        code,
        Code::InvalidArgument
            | Code::NotFound
            | Code::AlreadyExists
            | Code::PermissionDenied
            | Code::FailedPrecondition
            | Code::OutOfRange
            | Code::Unimplemented
            | Code::Unauthenticated
    )
}

/// Answer of a server to whether and when the call may be retried.
enum Pushback {
    After(Duration),
    Never {
        /// False for a value that cannot be read.
        is_number: bool,
    },
}

fn pushback(status: &Status) -> Option<Pushback> {
    let value = status.metadata().get(PUSHBACK)?.to_str().unwrap_or("").trim();
    Some(match parse_number(value) {
        Some(millis) => Pushback::After(Duration::from_millis(millis)),
        None => Pushback::Never { is_number: value.strip_prefix('-').and_then(parse_number).is_some() },
    })
}

/// `Connect`, or `Permanent` if another attempt cannot succeed.
///
/// Reasons are the peer's certificate or protocol, an address, or a firewall.
impl Classify for ConnectError {
    fn class(&self) -> Class {
        if connect_fault::is_permanent(self) { Class::Permanent } else { Class::Connect }
    }

    /// Returns false: nothing was sent, and a certificate is renewed.
    fn is_final(&self) -> bool {
        false
    }
}

/// Always `Timeout`: the server may have processed the interrupted call.
impl Classify for TimeoutExpired {
    fn class(&self) -> Class {
        Class::Timeout
    }
}

/// Writes `grpc-timeout`, and for a retry `grpc-previous-rpc-attempts`.
///
/// A shorter timeout that the request already has is kept.
///
/// tonic's channel and its servers interrupt a call at its timeout, so the deadline of `#[retry]` becomes the deadline of
/// gRPC. An interceptor adds it to every call of a client:
///
/// ```
/// use retry_runtime::OutgoingRequest;
/// use tonic::{Request, Status};
///
/// fn add_attempt(request: Request<()>) -> Result<Request<()>, Status> {
///     Ok(request.with_attempt())
/// }
/// // let client = ShopClient::with_interceptor(channel, add_attempt);
/// # assert!(add_attempt(Request::new(())).unwrap().metadata().is_empty());
/// ```
impl<T> OutgoingRequest for Request<T> {
    fn with_attempt(mut self) -> Self {
        let outgoing = Outgoing::here();
        let metadata = self.metadata_mut();
        match outgoing.attempt() {
            1 => metadata.remove(PREVIOUS_ATTEMPTS),
            attempt => metadata.insert(PREVIOUS_ATTEMPTS, (attempt - 1).into()),
        };
        if let Some(left) = outgoing.remaining() {
            let own = metadata.get(TIMEOUT).and_then(|own| read_timeout(own.to_str().ok()?));
            self.set_timeout(own.map_or(left, |own| own.min(left)));
        }
        self
    }
}
