//! Classes of `eyre::Report`.

use core::time::Duration;

use ::eyre::Report;

use crate::adapters::known_errors;
use crate::{Class, Classified, Classify};

/// Class of the first error of a known type, behind any context.
///
/// Known types are [`std::io::Error`], [`Stopped`](crate::Stopped), [`Classified`](crate::Classified) and the errors of
/// every enabled adapter. Without one of them the class is `Permanent`. Wrap an error of your own in
/// [`Classified`](crate::Classified) to have it found. A context that is a `Classified` outranks the error that it describes.
///
/// A conversion into a `Box<dyn Error>`, as by `?`, hides the type of the outermost error or context, and shows those below.
/// Of an outermost `std::io::Error` or tokio `Elapsed` the class is found nevertheless.
///
/// ```
/// use eyre::WrapErr;
/// use retry_runtime::{Class, Classify};
///
/// fn connect() -> std::io::Result<()> {
///     Err(std::io::ErrorKind::ConnectionRefused.into())
/// }
///
/// let error = connect().wrap_err("no database").unwrap_err();
/// assert_eq!(error.class(), Class::Connect);
/// assert_eq!(eyre::eyre!("no such user").class(), Class::Permanent);
/// ```
impl Classify for Report {
    fn class(&self) -> Class {
        match self.downcast_ref::<Classified>() {
            Some(context) => context.class(),
            None => known_errors::class(self.as_ref()),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        match self.downcast_ref::<Classified>() {
            Some(context) => context.retry_after(),
            None => known_errors::retry_after(self.as_ref()),
        }
    }

    fn gave_up(&self) -> bool {
        match self.downcast_ref::<Classified>() {
            Some(context) => context.gave_up(),
            None => known_errors::gave_up(self.as_ref()),
        }
    }

    fn is_final(&self) -> bool {
        match self.downcast_ref::<Classified>() {
            Some(context) => context.is_final(),
            None => known_errors::is_final(self.as_ref()),
        }
    }
}
