//! Classes of `hyper::Error`.

use std::error::Error;
use std::io::{self, ErrorKind};

use crate::adapters::classification::Classification;
use crate::adapters::known_errors;
use crate::adapters::source_chain;
use crate::{Class, Classify};

/// Class of an error of a client's connection. The first row that applies counts:
///
/// | class | errors |
/// |---|---|
/// | `Timeout` | `is_timeout`, or a timeout among its sources |
/// | class of its source | an HTTP/2 error: `Connect` for a stream that the server refused |
/// | `Malformed` | `is_parse`, or a body whose framing cannot be read |
/// | class of its source | the first known error among the sources, but `Disconnected` instead of `Connect`, because there was a connection |
/// | `Permanent` | `is_user`: the application's own body or service failed |
/// | `Disconnected` | all others: the message is incomplete, the connection was closed or reset, or the request was canceled, which does not prove that it was not sent |
impl Classify for ::hyper::Error {
    fn class(&self) -> Class {
        if self.is_timeout() {
            return Class::Timeout;
        }
        if let Some(http2) = http2_cause(self) {
            return http2.class();
        }
        if self.is_parse() || (!self.is_user() && has_broken_framing(self)) {
            return Class::Malformed;
        }
        match self.source().and_then(known_errors::classify) {
            Some(Classification { class: Class::Connect, .. }) => Class::Disconnected,
            Some(known) => known.class,
            None if self.is_user() => Class::Permanent,
            None => Class::Disconnected,
        }
    }

    /// Returns false, because a connection that failed has given no answer.
    fn is_final(&self) -> bool {
        false
    }
}

/// Returns the HTTP/2 error of the connection.
///
/// One of a body of the application is of another connection.
fn http2_cause(error: &::hyper::Error) -> Option<&::h2::Error> {
    error.source().filter(|_| !error.is_user()).and_then(source_chain::downcast)
}

/// Returns whether the request was refused before the server processed it.
///
/// The first error of hyper in the chain counts: one below it is of another connection.
#[cfg(feature = "reqwest")]
pub(super) fn is_refused(error: &(dyn Error + 'static)) -> bool {
    source_chain::chain(error)
        .find_map(source_chain::downcast::<::hyper::Error>)
        .and_then(http2_cause)
        .is_some_and(|cause| cause.class() == Class::Connect)
}

/// Returns whether the framing of the body is broken.
///
/// hyper reports an invalid chunk as `InvalidInput`, which elsewhere is the caller's mistake.
fn has_broken_framing(error: &::hyper::Error) -> bool {
    source_chain::chain(error)
        .find_map(source_chain::downcast::<io::Error>)
        .is_some_and(|io| matches!(io.kind(), ErrorKind::InvalidInput | ErrorKind::InvalidData))
}
