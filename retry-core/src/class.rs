//! What kind of failure an attempt ended in.

use core::fmt;

/// The kind of failure that an attempt ended in.
///
/// A policy lists the classes that are worth a retry; an error names its own through `Classify`.
/// A failed HTTP exchange has its status as its class, and a named class also covers the statuses that mean the
/// same: see [`Classes`](crate::Classes).
///
/// ```
/// use retry_runtime::Class;
///
/// assert_eq!(Class::Status(503).to_string(), "Status(503)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// No answer in time. What was asked may have happened.
    Timeout,
    /// It is certain that the server did nothing: refused, unreachable, name not found.
    Connect,
    /// The connection broke midway. What was asked may have happened.
    Disconnected,
    /// The server asks for fewer requests.
    Throttled,
    /// The server says that it cannot serve just now.
    Unavailable,
    /// Somebody else was faster: a serialization failure, a deadlock, a lost optimistic lock.
    Conflict,
    /// The answer could not be read.
    Malformed,
    /// The HTTP status of a failed exchange, 400 to 599.
    Status(u16),
    /// A retry cannot help.
    Permanent,
    /// A failure that was never asked for its class: patterns, `retry_if` or `None` alone.
    Unclassified,
}

impl Class {
    /// Whether the service asked for fewer requests: [`Throttled`](Self::Throttled) or status 429.
    pub const fn is_throttled(self) -> bool {
        matches!(self, Self::Throttled | Self::Status(429))
    }
}

/// Writes the class as it is written in an attribute: `Timeout`, `Status(503)`.
impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}
