//! An error that carries its class into a box.

use core::fmt;
use core::time::Duration;
use std::boxed::Box;
use std::error::Error;

use crate::adapters::chain::Known;
use crate::{Class, Classify};

/// An error of yours on its way into a `Box<dyn Error>` or an `anyhow::Error`, with its class.
///
/// The class of a boxed error is found by looking for known types in its source chain. Yours is not known there; this
/// wrapper is. It asks your error all that [`Classify`] asks when it is made, and shows your error's text and source.
///
/// ```
/// use std::error::Error;
/// use retry_runtime::{Class, Classified, Classify};
/// # use core::fmt;
/// # #[derive(Debug)]
/// # struct Overloaded;
/// # impl fmt::Display for Overloaded {
/// #     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
/// #         f.write_str("overloaded")
/// #     }
/// # }
/// # impl Error for Overloaded {}
/// # impl Classify for Overloaded {
/// #     fn class(&self) -> Class {
/// #         Class::Unavailable
/// #     }
/// # }
///
/// fn ask() -> Result<(), Overloaded> {
///     Err(Overloaded)
/// }
///
/// fn work() -> Result<(), Box<dyn Error>> {
///     Ok(ask().map_err(Classified::new)?)
/// }
///
/// let error = work().unwrap_err();
/// assert_eq!(error.class(), Class::Unavailable);
/// assert_eq!(error.to_string(), "overloaded");
/// ```
#[derive(Debug)]
pub struct Classified {
    known: Known,
    error: Box<dyn Error + Send + Sync>,
}

impl Classified {
    /// Wraps `error`, with what it answers now.
    pub fn new<E: Error + Classify + Send + Sync + 'static>(error: E) -> Self {
        Self { known: Known::of(&error), error: Box::new(error) }
    }

    /// The wrapped error, to be asked what it is.
    pub fn get_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.error
    }

    /// The wrapped error.
    pub fn into_inner(self) -> Box<dyn Error + Send + Sync> {
        self.error
    }
}

impl Classify for Classified {
    fn class(&self) -> Class {
        self.known.class
    }

    fn retry_after(&self) -> Option<Duration> {
        self.known.retry_after
    }

    fn gave_up(&self) -> bool {
        self.known.gave_up
    }
}

impl fmt::Display for Classified {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(formatter)
    }
}

impl Error for Classified {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.error.source()
    }
}
