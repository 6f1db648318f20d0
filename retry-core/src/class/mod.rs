//! Kinds of failure that an attempt can end in, and sets of them.

use core::fmt;

mod limit;
mod parse;
mod set;
pub(crate) mod validate;

pub use self::limit::ClassLimit;
pub(crate) use self::limit::{ClassLimits, MAX_LIMITS};
pub(crate) use self::parse::Retried;
pub use self::set::Classes;

/// Kind of failure that an attempt ended in.
///
/// A policy lists the classes that are worth a retry; an error returns its own through `Classify`.
/// A failed HTTP exchange has its status as its class, and a named class also covers the statuses that mean the
/// same: see [`Classes`].
///
/// ```
/// use retry_runtime::Class;
///
/// assert_eq!(Class::Status(503).to_string(), "Status(503)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Class {
    /// No answer in time. The request may have taken effect.
    Timeout,
    /// The server certainly did nothing.
    ///
    /// The connection or the HTTP/2 stream was refused, or the name was not found.
    Connect,
    /// The connection broke midway. The request may have taken effect.
    Disconnected,
    /// The server asks for fewer requests.
    Throttled,
    /// The server cannot serve requests at the moment.
    Unavailable,
    /// A concurrent change won.
    ///
    /// It is a serialization failure, a deadlock, or a lost optimistic lock.
    Conflict,
    /// The answer could not be read.
    Malformed,
    /// HTTP status of a failed exchange, 400 to 599.
    Status(u16),
    /// A retry cannot help.
    Permanent,
    /// The failure has no class.
    ///
    /// It was matched by a pattern or by `retry_if`, or it is a `None`.
    Unclassified,
}

impl Class {
    /// Returns whether the server asked for fewer requests.
    ///
    /// It did with [`Throttled`](Self::Throttled), status 429, or status 529.
    pub const fn is_throttled(self) -> bool {
        matches!(self, Self::Throttled | Self::Status(429 | 529))
    }
}

/// First status of a failed exchange.
pub(crate) const FIRST_STATUS: u16 = 400;
/// Last status of a failed exchange.
pub(crate) const LAST_STATUS: u16 = 599;

/// All classes except the statuses, in the order in which they are displayed.
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

/// An `Option<Class>` in two bytes, because the future of each call stores one.
///
/// ```text
///   value           class
///       0           none, so that a new call is all zeros
///       1 ..=   200 Status(400) ..= Status(599): 1 + bit in a set
///     201 ..=   209 the NAMED classes, in their order: 1 + bit in a set
///     257 ..= 10256 any other status from 0 to 9999, and 9999 for a greater one
/// ```
///
/// A decision reads the packed form: the class of most errors is a constant, and the compiler packs it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Packed(u16);

/// Bits of a set of classes.
pub(crate) const BITS: u16 = 256;
/// Bit of the first named class.
const FIRST_NAMED: u16 = LAST_STATUS + 1 - FIRST_STATUS;
/// Greatest number that is kept of an invalid status.
const MAX_STATUS: u16 = 9999;

impl Packed {
    pub(crate) const NONE: Self = Self(0);

    #[inline]
    pub(crate) const fn new(class: Class) -> Self {
        let named = match class {
            Class::Status(status @ FIRST_STATUS..=LAST_STATUS) => return Self(1 + status - FIRST_STATUS),
            Class::Status(status) if status < MAX_STATUS => return Self(1 + BITS + status),
            Class::Status(_) => return Self(1 + BITS + MAX_STATUS),
            Class::Timeout => 0,
            Class::Connect => 1,
            Class::Disconnected => 2,
            Class::Throttled => 3,
            Class::Unavailable => 4,
            Class::Conflict => 5,
            Class::Malformed => 6,
            Class::Permanent => 7,
            Class::Unclassified => 8,
        };
        Self(1 + FIRST_NAMED + named)
    }

    /// Returns its bit in a set of classes.
    ///
    /// The result is `None` for no class and for a status outside `400..=599`.
    #[inline]
    pub(crate) const fn bit(self) -> Option<usize> {
        let bit = self.0.wrapping_sub(1);
        if bit < BITS { Some(bit as usize) } else { None }
    }

    /// Same as [`Class::is_throttled`].
    #[inline]
    pub(crate) const fn is_throttled(self) -> bool {
        self.0 == Self::new(Class::Throttled).0
            || self.0 == Self::new(Class::Status(429)).0
            || self.0 == Self::new(Class::Status(529)).0
    }

    #[inline]
    pub(crate) const fn get(self) -> Option<Class> {
        match self.bit() {
            Some(bit) if bit < FIRST_NAMED as usize => Some(Class::Status(self.0 - 1 + FIRST_STATUS)),
            Some(bit) => {
                // Without an index that may panic, so that the compiler removes the lookup of a class that nothing reads.
                let named = bit - FIRST_NAMED as usize;
                Some(if named < NAMED.len() { NAMED[named] } else { Class::Unclassified })
            }
            None if self.0 == 0 => None,
            None => Some(Class::Status(self.0 - 1 - BITS)),
        }
    }
}

impl fmt::Debug for Packed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(formatter)
    }
}

/// Writes the class as an attribute does: `Timeout`, `Status(503)`.
impl fmt::Display for Class {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacking_returns_the_packed_class() {
        for class in NAMED.into_iter().chain([0, 399, 400, 429, 503, 529, 599, 600, 9999].map(Class::Status)) {
            assert_eq!(Packed::new(class).get(), Some(class));
            assert_eq!(Packed::new(class).is_throttled(), class.is_throttled());
        }
        assert_eq!(Packed::NONE.get(), None);
        assert_eq!(Packed::new(Class::Status(u16::MAX)).get(), Some(Class::Status(MAX_STATUS)));
    }
}
