//! The classes of `hyper::Error`.

use std::error::Error;
use std::io::{self, ErrorKind};

use crate::adapters::chain::{self, Known};
use crate::{Class, Classify};

/// Of a client's connection, in this order:
///
/// | class | errors |
/// |---|---|
/// | `Timeout` | `is_timeout`, or a timeout among its sources |
/// | `Malformed` | `is_parse`, or a body whose framing cannot be read |
/// | that of its source | whatever a known error among the sources says, but `Disconnected` in place of `Connect`: there was a connection |
/// | `Permanent` | `is_user`: the application's own body or service failed |
/// | `Disconnected` | all others: the message is incomplete, the connection was closed or reset, or the request was canceled, which is no proof that it was not sent |
impl Classify for ::hyper::Error {
    fn class(&self) -> Class {
        if self.is_timeout() {
            return Class::Timeout;
        }
        if self.is_parse() || (!self.is_user() && has_broken_framing(self)) {
            return Class::Malformed;
        }
        match self.source().and_then(chain::of_chain) {
            Some(Known { class: Class::Connect, .. }) => Class::Disconnected,
            Some(known) => known.class,
            None if self.is_user() => Class::Permanent,
            None => Class::Disconnected,
        }
    }
}

/// An invalid chunk is an `InvalidInput` in hyper, which in general is the caller's mistake.
fn has_broken_framing(error: &::hyper::Error) -> bool {
    chain::links(error)
        .find_map(chain::downcast::<io::Error>)
        .is_some_and(|io| matches!(io.kind(), ErrorKind::InvalidInput | ErrorKind::InvalidData))
}
