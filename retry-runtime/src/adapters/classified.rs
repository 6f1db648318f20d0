//! Error that keeps its class inside a box.

use core::fmt;
use core::time::Duration;
use std::boxed::Box;
use std::error::Error;

use crate::adapters::classification::Classification;
use crate::{Class, Classify};

/// Wrapper that keeps the class of an error inside a box.
///
/// Use it on the way into a `Box<dyn Error>` or an `anyhow::Error`.
///
/// The class of a boxed error is that of the first known type in its source chain. Your type is not known there, but this
/// wrapper is. It stores the results of your error's [`Classify`], and has your error's text and source.
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
/// fn request() -> Result<(), Overloaded> {
///     Err(Overloaded)
/// }
///
/// fn work() -> Result<(), Box<dyn Error>> {
///     Ok(request().map_err(Classified::new)?)
/// }
///
/// let error = work().unwrap_err();
/// assert_eq!(error.class(), Class::Unavailable);
/// assert_eq!(error.to_string(), "overloaded");
/// ```
#[derive(Debug)]
pub struct Classified {
    classification: Classification,
    error: Box<dyn Error + Send + Sync>,
}

impl Classified {
    /// Wraps `error` with its current classification.
    pub fn new<E: Error + Classify + Send + Sync + 'static>(error: E) -> Self {
        Self { classification: Classification::new(&error), error: Box::new(error) }
    }

    /// Returns a reference to the wrapped error.
    pub fn get_ref(&self) -> &(dyn Error + Send + Sync + 'static) {
        &*self.error
    }

    /// Returns the wrapped error.
    pub fn into_inner(self) -> Box<dyn Error + Send + Sync> {
        self.error
    }
}

impl Classify for Classified {
    fn class(&self) -> Class {
        self.classification.class
    }

    fn retry_after(&self) -> Option<Duration> {
        self.classification.retry_after()
    }

    fn gave_up(&self) -> bool {
        self.classification.gave_up
    }

    fn is_final(&self) -> bool {
        self.classification.is_final
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
