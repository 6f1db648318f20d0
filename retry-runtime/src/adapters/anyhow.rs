//! Classes of `anyhow::Error`.

use core::time::Duration;

use ::anyhow::Error;

use crate::adapters::known_errors;
use crate::{Class, Classify};

/// Class of the first error of a known type, behind any context.
///
/// Known types are [`std::io::Error`], [`Stopped`](crate::Stopped), [`Classified`](crate::Classified) and the errors of
/// every enabled adapter. Without one of them the class is `Permanent`. Wrap an error of your own in
/// [`Classified`](crate::Classified) to have it found.
///
/// ```
/// use anyhow::Context;
/// use retry_runtime::{Class, Classify};
///
/// fn connect() -> std::io::Result<()> {
///     Err(std::io::ErrorKind::ConnectionRefused.into())
/// }
///
/// let error = connect().context("no database").unwrap_err();
/// assert_eq!(error.class(), Class::Connect);
/// assert_eq!(anyhow::anyhow!("no such user").class(), Class::Permanent);
/// ```
impl Classify for Error {
    fn class(&self) -> Class {
        known_errors::class(self.as_ref())
    }

    fn retry_after(&self) -> Option<Duration> {
        known_errors::retry_after(self.as_ref())
    }

    fn gave_up(&self) -> bool {
        known_errors::gave_up(self.as_ref())
    }

    fn is_final(&self) -> bool {
        known_errors::is_final(self.as_ref())
    }
}
