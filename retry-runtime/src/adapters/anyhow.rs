//! The classes of `anyhow::Error`.

use core::time::Duration;

use ::anyhow::Error;

use crate::adapters::chain;
use crate::{Class, Classify};

/// By the source chain, as a boxed error: the first error in it whose type is known answers, past every context. Known
/// are [`std::io::Error`], [`Stopped`](crate::Stopped), [`Classified`](crate::Classified) and the errors of every
/// adapter whose feature is on. Without any of them it is `Permanent`; wrap an error of your own in
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
        chain::class_of_chain(self.as_ref())
    }

    fn retry_after(&self) -> Option<Duration> {
        chain::hint_of_chain(self.as_ref())
    }

    fn gave_up(&self) -> bool {
        chain::gave_up_of_chain(self.as_ref())
    }
}
