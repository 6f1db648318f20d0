//! Classes of the errors of `async-nats`.

use core::any::Any;
use core::fmt::{Debug, Display};
use std::error::Error as _;
use std::format;

use ::async_nats::ConnectErrorKind;
use ::async_nats::error::Error;

use crate::adapters::known_errors;
use crate::{Class, Classify};

/// Class by the name of the error's kind, in the core client and in `JetStream`:
///
/// | class | kinds |
/// |---|---|
/// | class of its source | a known error below counts first: that of a socket, or of a call inside |
/// | `Connect` | of `ConnectErrorKind`: `Dns`, `Io`, `TimedOut`, `MaxReconnects` |
/// | `Timeout` | `TimedOut`, `Timeout` |
/// | `Unavailable` | `NoResponders`; `JetStream(..)` whose code is 503 |
/// | `Disconnected` | `BrokenPipe`, `Send`, `SendError`, `FlushError`, `MissingHeartbeat`, `NoHeartbeat` |
/// | `Throttled` | `MaxAckPending` |
/// | `Conflict` | `WrongLastRevision`, `WrongLastSequence`, `WrongLastMessageId`: read again, and then write |
/// | `Permanent` | all others |
///
/// A client connects again by itself, and a publication waits in its buffer until then: it fails only once the client is
/// closed. `NoResponders` proves that nobody received the request. In a box the errors of the core client are known, and of the
/// others their sources.
///
/// ```
/// use async_nats::{Client, Message, RequestError};
/// use retry_runtime::retry;
///
/// #[retry(max_attempts = 4, backoff = exp(50ms, 1s), retry_on = (Timeout, Unavailable))]
/// async fn price(client: &Client, item: &str) -> Result<Message, RequestError> {
///     client.request(format!("prices.{item}"), "".into()).await
/// }
/// # let _ = price;
/// ```
impl<K: Clone + Debug + Display + PartialEq + 'static> Classify for Error<K> {
    fn class(&self) -> Class {
        let kind = self.kind();
        let name = format!("{kind:?}");
        let class = class_of_kind(name.split(['(', ' ']).next().unwrap_or_default(), &name);
        if (&kind as &dyn Any).is::<ConnectErrorKind>() {
            return match name.as_str() {
                "Dns" | "Io" | "TimedOut" | "MaxReconnects" => Class::Connect,
                _ => Class::Permanent,
            };
        }
        self.source().and_then(known_errors::classify).map_or(class, |known| known.class)
    }

    /// Returns false: no error of a broker is the answer of your operation.
    fn is_final(&self) -> bool {
        false
    }
}

fn class_of_kind(name: &str, text: &str) -> Class {
    match name {
        "TimedOut" | "Timeout" => Class::Timeout,
        "NoResponders" => Class::Unavailable,
        "JetStream" if text.contains("code: 503,") => Class::Unavailable,
        "BrokenPipe" | "Send" | "SendError" | "FlushError" | "MissingHeartbeat" | "NoHeartbeat" => Class::Disconnected,
        "MaxAckPending" => Class::Throttled,
        "WrongLastRevision" | "WrongLastSequence" | "WrongLastMessageId" => Class::Conflict,
        _ => Class::Permanent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_jetstream_have_the_class_of_their_name() {
        assert_eq!(class_of_kind("WrongLastRevision", ""), Class::Conflict);
        assert_eq!(
            class_of_kind("JetStream", "JetStream(Error { code: 503, err_code: ErrorCode(10008) })"),
            Class::Unavailable
        );
        assert_eq!(
            class_of_kind("JetStream", "JetStream(Error { code: 404, err_code: ErrorCode(10059) })"),
            Class::Permanent
        );
        assert_eq!(class_of_kind("StreamNotFound", ""), Class::Permanent);
    }
}
