//! Classes of `lapin::Error`.

use ::lapin::{Error, ErrorKind};

use crate::{Class, Classify};

/// Class of the error:
///
/// | class | errors |
/// |---|---|
/// | class of the I/O error | `IOError`: `Connect` if the connection was refused, `Disconnected` if it broke |
/// | `Disconnected` | a missing heartbeat; a connection or channel that is closed; 320 connection forced, as when the broker stops; 504 channel error |
/// | `Conflict` | 405 resource locked: another connection has the queue for itself |
/// | `Throttled` | the connection has no free channel |
/// | `Unavailable` | 506 resource error, 541 internal error, 313 no consumers |
/// | `Malformed` | a frame that cannot be read |
/// | `Permanent` | all others, among them 404 not found, 403 access refused, 406 precondition failed and 530 not allowed |
///
/// Numbers are those of [AMQP 0-9-1]. An error of the broker closes its channel, so an attempt that is to succeed opens
/// another one. A message may have been routed although its publisher lost the connection: only a confirm proves it, so a
/// consumer has to recognize a message that comes twice.
///
/// ```
/// use lapin::{options::QueueDeclareOptions, types::FieldTable};
/// use retry_runtime::retry;
///
/// #[retry(max_attempts = 5, backoff = exp(100ms, 2s), retry_on = transient)]
/// async fn declare(connection: &lapin::Connection) -> lapin::Result<()> {
///     let channel = connection.create_channel().await?;
///     channel.queue_declare("orders".into(), QueueDeclareOptions::default(), FieldTable::default()).await?;
///     Ok(())
/// }
/// # let _ = declare;
/// ```
///
/// [AMQP 0-9-1]: https://www.rabbitmq.com/amqp-0-9-1-reference#constants
impl Classify for Error {
    fn class(&self) -> Class {
        match self.kind() {
            ErrorKind::IOError(error) => error.class(),
            ErrorKind::MissingHeartbeatError
            | ErrorKind::InvalidChannel(_)
            | ErrorKind::InvalidChannelState(..)
            | ErrorKind::InvalidConnectionState(_) => Class::Disconnected,
            ErrorKind::ProtocolError(error) => class_of_reply(error.get_id()),
            ErrorKind::ChannelsLimitReached => Class::Throttled,
            ErrorKind::ParsingError(_) => Class::Malformed,
            _ => Class::Permanent,
        }
    }

    /// Returns false: no error of a broker is the answer of your operation.
    fn is_final(&self) -> bool {
        false
    }
}

fn class_of_reply(code: u16) -> Class {
    match code {
        320 | 504 => Class::Disconnected,
        405 => Class::Conflict,
        313 | 506 | 541 => Class::Unavailable,
        _ => Class::Permanent,
    }
}
