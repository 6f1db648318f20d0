//! Error of a store that did not answer in time.

use core::error::Error;
use core::fmt;
use core::time::Duration;

/// Error of a store that did not answer in time.
///
/// It is unknown whether the operation was made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoAnswer {
    pub(crate) within: Duration,
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "no answer within {:?}", self.within)
    }
}

impl Error for NoAnswer {}
