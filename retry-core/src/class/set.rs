//! A set of failure classes, as constant data.

use core::fmt::{self, Display, Formatter};
use core::ops::RangeInclusive;

use crate::class::{BITS, Class, FIRST_STATUS, LAST_STATUS, NAMED, Packed};
use crate::display::List;

const WORDS: usize = BITS as usize / 64;

/// Set of failure classes.
///
/// A named class brings the statuses that mean the same: `Timeout` 408 and 504, `Throttled` 429 and 529, `Unavailable`
/// 503, `Connect` 425. A status brings only itself. A policy rejects a set that was given a status outside
/// `400..=599`.
///
/// ```
/// use retry_runtime::{Class, Classes};
///
/// const CLASSES: Classes = Classes::new().timeout().status(502).statuses(510..=511);
///
/// assert!(CLASSES.contains(Class::Timeout));
/// assert!(CLASSES.contains(Class::Status(504)));
/// assert!(CLASSES.contains(Class::Status(511)));
/// assert!(!CLASSES.contains(Class::Unavailable));
/// ```
// 256 bits, one for each class by `Packed::bit`:
//
//   0 ..= 199    Status(400) ..= Status(599)
// 200 ..= 208    the NAMED classes; `Permanent` and `Unclassified` are never set
//       255      the set was given an invalid status; no class has this bit
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Classes([u64; WORDS]);

/// Defines the method that adds a named class.
///
/// Without a call in its body: the compiler interprets it for each class of each policy, and a call costs it about
/// 20,000 instructions.
macro_rules! named {
    ($($(#[doc = $doc:literal])* $name:ident: $set:expr;)*) => {
        impl Classes {
            $(
                $(#[doc = $doc])*
                #[must_use]
                pub const fn $name(self) -> Self {
                    const ADDED: Classes = $set;
                    let ([a, b, c, d], [e, f, g, h]) = (self.0, ADDED.0);
                    Self([a | e, b | f, c | g, d | h])
                }
            )*
        }
    };
}

named! {
    /// Adds the classes that are worth a retry by default.
    ///
    /// They are `Timeout`, `Connect`, `Disconnected`, `Throttled`, `Unavailable`, `Conflict`, and the statuses 408,
    /// 425, 429, 500, 502, 503, 504, 507, 520 to 524, 527, 529.
    ///
    /// 507 reports a storage that is full at the moment. 520 to 524 and 527 are those of a gateway whose origin failed,
    /// is down, or did not answer in time. 529 is that of a service that is overloaded. Not among them are 525 and 526,
    /// because an invalid certificate is invalid again, and 530, which has several meanings.
    ///
    /// ```
    /// use retry_runtime::{Class, Classes};
    ///
    /// assert!(Classes::new().transient().contains(Class::Status(502)));
    /// assert!(!Classes::new().transient().contains(Class::Malformed));
    /// ```
    transient: Classes::new()
        .timeout()
        .connect()
        .disconnected()
        .throttled()
        .unavailable()
        .conflict()
        .status(500)
        .status(502)
        .status(507)
        .statuses(520..=524)
        .status(527);

    /// Adds `Timeout`, with the statuses 408 and 504.
    timeout: Classes::of_class(Class::Timeout);

    /// Adds `Connect`, with the status 425.
    connect: Classes::of_class(Class::Connect);

    /// Adds `Disconnected`.
    disconnected: Classes::of_class(Class::Disconnected);

    /// Adds `Throttled`, with the statuses 429 and 529.
    throttled: Classes::of_class(Class::Throttled);

    /// Adds `Unavailable`, with the status 503.
    unavailable: Classes::of_class(Class::Unavailable);

    /// Adds `Conflict`.
    conflict: Classes::of_class(Class::Conflict);

    /// Adds `Malformed`.
    malformed: Classes::of_class(Class::Malformed);
}

impl Classes {
    /// A set that was given an invalid status.
    const INVALID: Self = Self([0, 0, 0, 1 << 63]);

    /// Creates the empty set.
    pub const fn new() -> Self {
        Self([0; WORDS])
    }

    /// Adds one HTTP status, from 400 to 599, and no named class.
    #[must_use]
    pub const fn status(mut self, status: u16) -> Self {
        if status < FIRST_STATUS || status > LAST_STATUS {
            return self.plus(&Self::INVALID);
        }
        let bit = status - FIRST_STATUS;
        self.0[(bit / 64) as usize] |= 1 << (bit % 64);
        self
    }

    /// Adds a range of HTTP statuses within `400..=599`, and no named class.
    ///
    /// ```
    /// use retry_runtime::{Class, Classes};
    ///
    /// assert!(Classes::new().statuses(500..=599).contains(Class::Status(599)));
    /// ```
    #[must_use]
    #[allow(clippy::needless_pass_by_value)] // so that a caller writes `500..=599`
    pub const fn statuses(mut self, range: RangeInclusive<u16>) -> Self {
        let (first, last) = (*range.start(), *range.end());
        if first > last || first < FIRST_STATUS || last > LAST_STATUS {
            return self.plus(&Self::INVALID);
        }
        let (first, end) = ((first - FIRST_STATUS) as usize, (last + 1 - FIRST_STATUS) as usize);
        let mut word = 0;
        while word < WORDS {
            // The part of the range that is in this word, as bits of the word.
            let (from, to) = (first.saturating_sub(word * 64), end.saturating_sub(word * 64));
            if from < 64 && to > 0 {
                let up_to = if to < 64 { (1 << to) - 1 } else { u64::MAX };
                self.0[word] |= up_to & u64::MAX << from;
            }
            word += 1;
        }
        self
    }

    /// Adds one class, with the statuses that mean the same.
    ///
    /// `Permanent` and `Unclassified` are never in a set.
    #[must_use]
    pub const fn with(self, class: Class) -> Self {
        self.plus(&Self::of_class(class))
    }

    /// Removes one class, with the statuses that mean the same.
    #[must_use]
    pub const fn without(self, class: Class) -> Self {
        self.minus(&Self::of_class(class))
    }

    #[allow(clippy::many_single_char_names)] // the words of two sets
    pub(crate) const fn plus(self, other: &Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        Self([a | e, b | f, c | g, d | h])
    }

    /// Removes all classes of `other`.
    #[must_use]
    #[allow(clippy::many_single_char_names)] // as in `plus`
    pub const fn minus(self, other: &Self) -> Self {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        let invalid = (d | h) & 1 << 63;
        Self([a & !e, b & !f, c & !g, d & !h | invalid])
    }

    /// Returns whether the two have a class in common.
    #[allow(clippy::many_single_char_names)] // as in `plus`
    pub(crate) const fn intersects(&self, other: &Self) -> bool {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        a & e | b & f | c & g | d & h != 0
    }

    /// Same as `==`, also in a constant.
    #[allow(clippy::many_single_char_names)] // as in `plus`
    pub(crate) const fn is_same(&self, other: &Self) -> bool {
        let ([a, b, c, d], [e, f, g, h]) = (self.0, other.0);
        a ^ e | b ^ f | c ^ g | d ^ h == 0
    }

    /// Returns whether `class` is in the set.
    #[inline]
    pub const fn contains(&self, class: Class) -> bool {
        self.has(Packed::new(class))
    }

    /// Same as [`contains`](Self::contains).
    #[inline]
    pub(crate) const fn has(&self, class: Packed) -> bool {
        match class.bit() {
            Some(bit) => self.0[bit / 64] >> (bit % 64) & 1 != 0,
            None => false,
        }
    }

    /// Returns whether the set is empty.
    pub const fn is_empty(&self) -> bool {
        let [a, b, c, d] = self.0;
        a | b | c | d & !(1 << 63) == 0
    }

    /// Returns whether the set was given a status outside `400..=599`.
    pub(crate) const fn is_invalid(&self) -> bool {
        let [.., last] = self.0;
        last >> 63 != 0
    }

    /// One class, with the statuses that mean the same.
    const fn of_class(class: Class) -> Self {
        let mut set = match class {
            Class::Permanent | Class::Unclassified => return Self::new(),
            Class::Status(status) => return Self::new().status(status),
            Class::Timeout => Self::new().status(408).status(504),
            Class::Connect => Self::new().status(425),
            Class::Throttled => Self::new().status(429).status(529),
            Class::Unavailable => Self::new().status(503),
            _ => Self::new(),
        };
        if let Some(bit) = Packed::new(class).bit() {
            set.0[bit / 64] |= 1 << (bit % 64);
        }
        set
    }
}

/// Writes the set as an attribute does: `Timeout, Status(500..=502)`.
///
/// Statuses that were removed from a named class follow `except`. Writes nothing for the empty set.
impl Display for Classes {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let transient = Self::new().transient();
        let is_transient = transient.minus(self).is_empty();
        let mut whole = if is_transient { transient } else { Self::new() };
        let mut list = List::new(formatter);
        if is_transient {
            list.item(format_args!("transient"))?;
        }
        for class in NAMED {
            if self.contains(class) && !whole.contains(class) {
                list.item(format_args!("{class}"))?;
                whole = whole.with(class);
            }
        }
        self.minus(&whole).write_statuses(&mut list)?;
        let missing = whole.minus(self);
        if missing.is_empty() {
            return Ok(());
        }
        formatter.write_str(" except ")?;
        missing.write_statuses(&mut List::new(formatter))
    }
}

impl Classes {
    /// Writes its statuses, neighbours as a range.
    fn write_statuses(&self, list: &mut List<'_, '_>) -> fmt::Result {
        let has = |status: u16| self.contains(Class::Status(status));
        let mut first = FIRST_STATUS;
        for status in (FIRST_STATUS..=LAST_STATUS).filter(|&status| has(status)) {
            if !has(status - 1) {
                first = status;
            }
            if has(status + 1) {
                continue;
            }
            match status - first {
                0 => list.item(format_args!("Status({status})"))?,
                _ => list.item(format_args!("Status({first}..={status})"))?,
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Classes {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Classes").field(&format_args!("{self}")).finish()
    }
}

impl Default for Classes {
    fn default() -> Self {
        Self::new()
    }
}
