//! Faults that begin a storm.

use core::fmt::{self, Display, Formatter};

/// Fault of a service while the trigger is on.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum Trigger {
    /// The service answers each request with an error, after 1 ms and at no cost.
    Errors(&'static str),
    /// The service never answers a request that arrives while the trigger is on.
    Hangs(&'static str),
    /// The service needs this multiple of its time for each request.
    Slow(&'static str, f64),
    /// The service gets this multiple of its normal load.
    ///
    /// More users call the first service. Another one gets requests from outside of the model, whose senders do not retry.
    Load(&'static str, f64),
}

impl Trigger {
    /// Returns the name of the service.
    pub const fn service(self) -> &'static str {
        match self {
            Self::Errors(name) | Self::Hangs(name) | Self::Slow(name, _) | Self::Load(name, _) => name,
        }
    }
}

impl Display for Trigger {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Errors(name) => write!(formatter, "`{name}` errs"),
            Self::Hangs(name) => write!(formatter, "`{name}` hangs"),
            Self::Slow(name, factor) => write!(formatter, "`{name}` is {factor} times as slow"),
            Self::Load(name, factor) => write!(formatter, "`{name}` gets {factor} times its load"),
        }
    }
}
