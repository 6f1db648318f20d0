//! Classes of `h2::Error`, which hyper, reqwest and tonic have as a source.

use ::h2::{Error, Reason};

use crate::{Class, Classify};

/// Class of an HTTP/2 error. The first row that applies counts:
///
/// | class | errors |
/// |---|---|
/// | class of the I/O error | an I/O error, but `Disconnected` instead of `Connect`, because there was a connection |
/// | `Permanent` | a wrong use of the library |
/// | `Malformed` | this side found that the server violates the protocol |
/// | `Throttled` | the server sent `ENHANCE_YOUR_CALM` |
/// | `Permanent` | the server sent `HTTP_1_1_REQUIRED` or `INADEQUATE_SECURITY` |
/// | `Connect` | the server has not processed the request: `REFUSED_STREAM`, or a `GOAWAY` for streams with a lower number ([RFC 9113, section 8.7](https://www.rfc-editor.org/rfc/rfc9113#section-8.7)) |
/// | `Disconnected` | all others |
impl Classify for Error {
    fn class(&self) -> Class {
        if let Some(io) = self.get_io() {
            return match io.class() {
                Class::Connect => Class::Disconnected,
                class => class,
            };
        }
        let Some(reason) = self.reason() else { return Class::Permanent };
        if self.is_library() {
            return if is_violation(reason) { Class::Malformed } else { Class::Disconnected };
        }
        match reason {
            Reason::ENHANCE_YOUR_CALM => Class::Throttled,
            Reason::HTTP_1_1_REQUIRED | Reason::INADEQUATE_SECURITY => Class::Permanent,
            Reason::REFUSED_STREAM => Class::Connect,
            // A stream that the `GOAWAY` includes does not end with it.
            _ if self.is_go_away() && self.is_remote() => Class::Connect,
            _ => Class::Disconnected,
        }
    }

    /// Returns false, because a connection that failed has given no answer.
    fn is_final(&self) -> bool {
        false
    }
}

fn is_violation(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::PROTOCOL_ERROR | Reason::FRAME_SIZE_ERROR | Reason::COMPRESSION_ERROR | Reason::FLOW_CONTROL_ERROR
    )
}
