//! A failure for the tests of calls.

use std::time::Duration;

use retry_runtime::{Class, Classify, StopReason, Stopped};

/// A failure of each kind that the tests of calls need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Class `Timeout`.
    Timeout,
    /// Class `Unavailable`, with a hint.
    Busy(Duration),
    /// Permanent.
    Bad,
    /// Made from `Stopped`: why, and after how many attempts.
    Stopped(StopReason, u32),
}

impl Classify for Fault {
    fn class(&self) -> Class {
        match self {
            Self::Timeout => Class::Timeout,
            Self::Busy(_) => Class::Unavailable,
            _ => Class::Permanent,
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        if let Self::Busy(wait) = self { Some(*wait) } else { None }
    }
}

impl From<Stopped> for Fault {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped.reason(), stopped.attempts())
    }
}
