//! Classes of `object_store::Error`.

use std::format;
use std::string::{String, ToString};

use ::object_store::Error;

use crate::adapters::known_errors;
use crate::{Class, Classify};

/// Class of the error:
///
/// | class | errors |
/// |---|---|
/// | `Conflict` | `Precondition`: the object has changed since it was read. Read it again, and then write |
/// | `Status` | `Generic` of a service, by the status of its last response |
/// | by the kind of its HTTP error | `Generic` without a response: `Connect`, `Disconnected`, `Timeout` or `Malformed` |
/// | class of its source | `Generic` with a known error among its sources, as that of a file system |
/// | `Permanent` | all others, among them `NotFound`, `AlreadyExists`, `NotModified`, `PermissionDenied` and `Unauthenticated` |
///
/// The client retries by itself, ten times within three minutes by default: turn that off
/// ([client retries](crate::guide::client_retries)), or the attempts multiply. A connection that was refused is `Connect` only if
/// the client has made no other attempt before, and `Disconnected` otherwise: an earlier one may have been processed.
///
/// The types of the client below are those of its features for clouds, which this crate does not build. So status and kind
/// are read from the error's text.
///
/// ```
/// use object_store::{Error, ObjectStore, PutResult, path::Path};
/// use retry_runtime::retry;
///
/// #[retry(max_attempts = 5, backoff = exp(100ms, 5s), retry_on = transient)]
/// async fn store(bucket: &dyn ObjectStore, data: &str) -> Result<PutResult, Error> {
///     let payload = data.to_owned().into();
///     bucket.put_opts(&Path::from("report.csv"), payload, Default::default()).await
/// }
/// # let _ = store;
/// ```
impl Classify for Error {
    fn class(&self) -> Class {
        match self {
            Self::Precondition { .. } => Class::Conflict,
            Self::Generic { source, .. } => class_of_http(&source.to_string(), &format!("{source:?}"))
                .unwrap_or_else(|| known_errors::class(&**source)),
            _ => Class::Permanent,
        }
    }

    /// Returns false: an error of storage is not the answer of your operation.
    fn is_final(&self) -> bool {
        false
    }
}

/// Returns the class of an error of the client for HTTP, and of no other.
fn class_of_http(text: &str, debug: &str) -> Option<Class> {
    let status = after(debug, "Status { status: ").or_else(|| after(debug, "Response { status: "));
    if let Some(status) = status.and_then(|status| status.parse().ok()) {
        return Some(Class::Status(status));
    }
    Some(match after(debug, "HttpError { kind: ")?.as_str() {
        "Connect" if text.contains(" retries, max_retries") => Class::Disconnected,
        "Connect" => Class::Connect,
        "Request" | "Interrupted" => Class::Disconnected,
        "Timeout" => Class::Timeout,
        "Decode" => Class::Malformed,
        _ => Class::Permanent,
    })
}

/// Returns the word that follows `prefix`.
fn after(text: &str, prefix: &str) -> Option<String> {
    let (_, rest) = text.split_once(prefix)?;
    Some(rest.chars().take_while(char::is_ascii_alphanumeric).collect())
}
