//! The classes of `tonic::Status`, and deadline and attempt in `tonic::Request`.

use core::time::Duration;
use std::error::Error;

use ::tonic::{Code, ConnectError, Request, Status, TimeoutExpired};

use crate::adapters::chain::{self, Known};
use crate::adapters::http::grpc::{PREVIOUS_ATTEMPTS, PUSHBACK, TIMEOUT, read_timeout};
use crate::adapters::http::number;
use crate::{Class, Classify, Outgoing, OutgoingRequest};

/// A status that was made here, of a call that reached no answer, is of the class that the first known error among its
/// sources says: `Connect` of a connection that was refused, `Disconnected` of one that broke, `Timeout` of a call that
/// this side cut. Else by the code, as the gRPC
/// [documentation](https://grpc.github.io/grpc/core/md_doc_statuscodes.html) describes it:
///
/// | class | codes |
/// |---|---|
/// | `Unavailable` | `UNAVAILABLE`: most likely transient |
/// | `Timeout` | `DEADLINE_EXCEEDED`: what was asked may have happened |
/// | `Throttled` | `RESOURCE_EXHAUSTED`: a quota, but also a message that is too large for the server |
/// | `Conflict` | `ABORTED`: a transaction that lost. Repeat all of it, from its first read, not this call alone |
/// | `Permanent` | `INVALID_ARGUMENT`, `NOT_FOUND`, `ALREADY_EXISTS`, `PERMISSION_DENIED`, `UNAUTHENTICATED`, `OUT_OF_RANGE`, `UNIMPLEMENTED`, `FAILED_PRECONDITION`: not before somebody has changed something |
/// | `Permanent` | `CANCELLED`: by the caller, whom a retry would contradict |
/// | `Permanent` | `UNKNOWN`, `INTERNAL`, `DATA_LOSS`: they say of no failure that it passes. Where you know that a server's does, retry it by `retry_if` |
///
/// The hint is gRPC's [pushback], the trailer `grpc-retry-pushback-ms`. One that is negative or no number says that the
/// call is not to be retried; so do operations of the server's that have given up.
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
/// [pushback]: https://github.com/grpc/proposal/blob/master/A6-client-retries.md#pushback
impl Classify for Status {
    fn class(&self) -> Class {
        known(self).class
    }

    fn retry_after(&self) -> Option<Duration> {
        known(self).retry_after
    }

    fn gave_up(&self) -> bool {
        known(self).gave_up
    }
}

fn known(status: &Status) -> Known {
    let cause = status.source().and_then(chain::of_chain);
    let known = cause.unwrap_or_else(|| Known::of_class(by_code(status.code())));
    match pushback(status) {
        Some(Pushback::After(wait)) => Known { retry_after: Some(wait), gave_up: false, ..known },
        Some(Pushback::Never) => Known { retry_after: None, gave_up: true, ..known },
        None => known,
    }
}

fn by_code(code: Code) -> Class {
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

/// What a server says of a retry.
enum Pushback {
    After(Duration),
    Never,
}

fn pushback(status: &Status) -> Option<Pushback> {
    let value = status.metadata().get(PUSHBACK)?;
    let millis = value.to_str().ok().map(str::trim).and_then(number);
    Some(millis.map_or(Pushback::Never, |millis| Pushback::After(Duration::from_millis(millis))))
}

/// `Connect`; `Permanent` where the peer's certificate or protocol, an address or a firewall is in the way.
impl Classify for ConnectError {
    fn class(&self) -> Class {
        if chain::is_hopeless(self) { Class::Permanent } else { Class::Connect }
    }
}

/// Always `Timeout`: the call was cut on this side, and may have happened.
impl Classify for TimeoutExpired {
    fn class(&self) -> Class {
        Class::Timeout
    }
}

/// Writes the time left into `grpc-timeout`, unless a shorter one is there, and a retry's `grpc-previous-rpc-attempts`.
///
/// tonic's channel cuts a call at its timeout, and so do servers: a deadline that was given to `#[retry]` becomes that
/// of gRPC. An interceptor says it on every call of a client, and takes the attempt that the call is made in:
///
/// ```
/// use retry_runtime::OutgoingRequest;
/// use tonic::{Request, Status};
///
/// fn tell(request: Request<()>) -> Result<Request<()>, Status> {
///     Ok(request.with_attempt())
/// }
/// // let client = ShopClient::with_interceptor(channel, tell);
/// # assert!(tell(Request::new(())).unwrap().metadata().is_empty());
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
