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

/// `Option<Class>` in two bytes, since every future of a call holds one: 0 for none, as all else is 0 when a call begins,
/// then the statuses, then the named ones. A decision asks it as it is: the class of most errors is a constant, and packed
/// by the compiler.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Packed(u16);

/// All but the statuses, in the order in which they are written.
pub(crate) const NAMED: [Class; 9] = [
    Class::Timeout,
    Class::Connect,
    Class::Disconnected,
    Class::Throttled,
    Class::Unavailable,
    Class::Conflict,
    Class::Malformed,
    Class::Permanent,
    Class::Unclassified,
];
/// What is no HTTP status may become another such.
const LAST_STATUS: u16 = 9999;

impl Packed {
    pub(crate) const NONE: Self = Self(0);

    #[inline]
    pub(crate) const fn new(class: Class) -> Self {
        let named = match class {
            Class::Status(status) if status < LAST_STATUS => return Self(1 + status),
            Class::Status(_) => return Self(1 + LAST_STATUS),
            Class::Timeout => 1,
            Class::Connect => 2,
            Class::Disconnected => 3,
            Class::Throttled => 4,
            Class::Unavailable => 5,
            Class::Conflict => 6,
            Class::Malformed => 7,
            Class::Permanent => 8,
            Class::Unclassified => 9,
        };
        Self(1 + LAST_STATUS + named)
    }

    /// Which of the named classes it is, counted from 0; `None` of a status.
    #[inline]
    pub(crate) const fn name(self) -> Option<u32> {
        if self.0 > 1 + LAST_STATUS { Some(self.0 as u32 - LAST_STATUS as u32 - 2) } else { None }
    }

    /// Of what is no name.
    #[inline]
    pub(crate) const fn status(self) -> u16 {
        self.0.wrapping_sub(1)
    }

    /// As [`Class::is_throttled`].
    #[inline]
    pub(crate) const fn is_throttled(self) -> bool {
        self.0 == Self::new(Class::Throttled).0 || self.0 == Self::new(Class::Status(429)).0
    }

    #[inline]
    pub(crate) const fn get(self) -> Option<Class> {
        match self.0 {
            0 => None,
            status if status <= 1 + LAST_STATUS => Some(Class::Status(status - 1)),
            named => Some(NAMED[(named - LAST_STATUS - 2) as usize]),
        }
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(formatter)
    }
}

/// Writes the class as it is written in an attribute: `Timeout`, `Status(503)`.
impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_come_back_as_they_were_packed() {
        for class in NAMED.into_iter().chain([0, 400, 429, 503, 599, 9999].map(Class::Status)) {
            assert_eq!(Packed::new(class).get(), Some(class));
            assert_eq!(Packed::new(class).is_throttled(), class.is_throttled());
        }
        assert_eq!(Packed::NONE.get(), None);
        assert_eq!(Packed::new(Class::Status(u16::MAX)).get(), Some(Class::Status(LAST_STATUS)));
    }
}
