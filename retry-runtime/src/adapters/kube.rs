//! Classes of `kube::Error`.

use core::time::Duration;
use std::error::Error as _;
use std::string::ToString;

use ::kube_client::Error;
use ::kube_client::core::Status;
use ::kube_client::core::response::reason;

use crate::adapters::source_chain::chain;
use crate::adapters::{connect_fault, known_errors};
use crate::{Class, Classify};

/// Class of the error:
///
/// | class | errors |
/// |---|---|
/// | class of the [`Status`] | `Api`: the API server answered |
/// | `Connect` | no connection to the API server: refused, no such name, or none in time |
/// | `Permanent` | such a connection that would fail again, as by a certificate |
/// | class of its source | a known error among its sources: `Timeout`, `Disconnected` if the connection broke, `Malformed` if the answer is not HTTP |
/// | `Malformed` | `SerdeError`, `FromUtf8`: the answer cannot be read |
/// | `Permanent` | all others, among them a configuration that cannot be read, and a request that cannot be built |
///
/// An error of authentication has the class of its source too: a plugin that fails is `Permanent`, a token server that does
/// not answer in time is `Timeout`.
///
/// The client retries 429, 503 and 504 by itself: turn that off ([client retries](crate::guide::client_retries)), or the attempts
/// multiply.
///
/// ```
/// use kube_client::{Error, core::Status}; // `kube::Error` and `kube::core::Status`
/// use retry_runtime::{Class, Classify};
///
/// let status = Status::failure("the object has been modified", "Conflict").with_code(409);
/// assert_eq!(Error::Api(status.boxed()).class(), Class::Conflict);
/// ```
impl Classify for Error {
    fn class(&self) -> Class {
        match self {
            Self::Api(status) => status.class(),
            Self::SerdeError(_) | Self::FromUtf8(_) => Class::Malformed,
            // Files of the configuration are among their sources.
            Self::BuildRequest(_) | Self::HttpError(_) | Self::InferConfig(_) | Self::InferKubeconfig(_) => {
                Class::Permanent
            }
            _ => class_of_exchange(self),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        if let Self::Api(status) = self { status.retry_after() } else { None }
    }

    /// Returns false: an error of the API server is not the answer of your operation.
    fn is_final(&self) -> bool {
        false
    }
}

/// Returns the class of a request without an answer.
///
/// The errors of hyper-util have no public kind, so their text counts.
fn class_of_exchange(error: &Error) -> Class {
    if chain(error).any(|error| error.to_string() == "client error (Connect)") {
        return if connect_fault::is_permanent(error) { Class::Permanent } else { Class::Connect };
    }
    error.source().map_or(Class::Permanent, known_errors::class)
}

/// Class of a failure that the API server reports, also in an event of a watch:
///
/// | class | failures |
/// |---|---|
/// | `Conflict` | `Conflict`, or a 409 whose reason Kubernetes does not know: the object has changed since it was read. Read it again inside the body, and then write |
/// | `Conflict` | `AlreadyExists` with `retryAfterSeconds`: the name that the server generated was in use |
/// | `Status` | all others, by their code: 429, 500, 503 and 504 are transient, and 409 `AlreadyExists` and 410 `Expired` are permanent |
///
/// After a 410 list again, and then watch: the version of the resource is too old. The server hint is `retryAfterSeconds` of
/// the details.
impl Classify for Status {
    fn class(&self) -> Class {
        // `is_conflict` of kube 5.0 does not look at the code.
        let is_conflict = self.reason == reason::CONFLICT || (self.code == 409 && !reason::is_known(&self.reason));
        let is_name_in_use = self.is_already_exists() && self.retry_after().is_some();
        match self.code {
            _ if is_conflict || is_name_in_use => Class::Conflict,
            400..=599 => Class::Status(self.code),
            _ => Class::Permanent,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        let seconds = self.details.as_ref()?.retry_after_seconds;
        (seconds > 0).then(|| Duration::from_secs(seconds.into()))
    }

    /// Returns false: an error of the API server is not the answer of your operation.
    fn is_final(&self) -> bool {
        false
    }
}
