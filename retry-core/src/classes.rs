//! A set of failure classes, as constant data.

use core::fmt::{self, Display, Formatter};

use crate::Class;
use crate::class::{NAMED, Packed};
use crate::written::List;

/// The first status of a failed exchange; lower ones are no failures.
const FIRST_STATUS: u16 = 400;
/// One bit a status from 400 to 599.
const WORDS: usize = 200_usize.div_ceil(32);
/// The mark of a set that was given a status outside `400..=599`.
const IMPOSSIBLE: u16 = 1 << 15;

/// Computed once, since the compiler runs what a policy is made of for each function.
const TRANSIENT: Classes = Classes::new()
    .timeout()
    .connect()
    .disconnected()
    .throttled()
    .unavailable()
    .conflict()
    .status(500, 500)
    .status(502, 502);

/// A set of failure classes.
///
/// A named class brings the statuses that mean the same: `Timeout` 408 and 504, `Throttled` 429, `Unavailable`
/// 503, `Connect` 425. A status brings only itself. A set that was given a status outside `400..=599` is refused by
/// the policy it is given to.
///
/// ```
/// use retry_runtime::{Class, Classes};
///
/// const CLASSES: Classes = Classes::new().timeout().status(502, 503);
///
/// assert!(CLASSES.contains(Class::Timeout));
/// assert!(CLASSES.contains(Class::Status(504)));
/// assert!(!CLASSES.contains(Class::Unavailable));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classes {
    named: u16,
    statuses: [u32; WORDS],
}

impl Classes {
    /// The empty set.
    pub const fn new() -> Self {
        Self { named: 0, statuses: [0; WORDS] }
    }

    /// The documented set of classes that are worth a retry: `Timeout`, `Connect`, `Disconnected`, `Throttled`,
    /// `Unavailable`, `Conflict`, and the statuses 408, 425, 429, 500, 502, 503, 504.
    ///
    /// ```
    /// use retry_runtime::{Class, Classes};
    ///
    /// assert!(Classes::new().transient().contains(Class::Status(502)));
    /// assert!(!Classes::new().transient().contains(Class::Malformed));
    /// ```
    #[must_use]
    pub const fn transient(self) -> Self {
        self.plus(&TRANSIENT)
    }

    /// Adds `Timeout`, with the statuses 408 and 504.
    #[must_use]
    pub const fn timeout(self) -> Self {
        self.with(Class::Timeout)
    }

    /// Adds `Connect`, with the status 425.
    #[must_use]
    pub const fn connect(self) -> Self {
        self.with(Class::Connect)
    }

    /// Adds `Disconnected`.
    #[must_use]
    pub const fn disconnected(self) -> Self {
        self.with(Class::Disconnected)
    }

    /// Adds `Throttled`, with the status 429.
    #[must_use]
    pub const fn throttled(self) -> Self {
        self.with(Class::Throttled)
    }

    /// Adds `Unavailable`, with the status 503.
    #[must_use]
    pub const fn unavailable(self) -> Self {
        self.with(Class::Unavailable)
    }

    /// Adds `Conflict`.
    #[must_use]
    pub const fn conflict(self) -> Self {
        self.with(Class::Conflict)
    }

    /// Adds `Malformed`.
    #[must_use]
    pub const fn malformed(self) -> Self {
        self.with(Class::Malformed)
    }

    /// Adds the statuses `first..=last`, and no class.
    #[must_use]
    pub const fn status(mut self, first: u16, last: u16) -> Self {
        if first > last || !is_failure(first) || !is_failure(last) {
            self.named |= IMPOSSIBLE;
            return self;
        }
        let mut status = first;
        while status <= last {
            self.set_status(status, true);
            status += 1;
        }
        self
    }

    /// Adds one class, with the statuses that mean the same. `Permanent` and `Unclassified` are never in a set.
    #[must_use]
    pub const fn with(self, class: Class) -> Self {
        self.put(class, true)
    }

    /// Takes one class out, with the statuses that mean the same.
    #[must_use]
    pub const fn without(self, class: Class) -> Self {
        self.put(class, false)
    }

    const fn plus(mut self, other: &Self) -> Self {
        self.named |= other.named;
        let mut word = 0;
        while word < WORDS {
            self.statuses[word] |= other.statuses[word];
            word += 1;
        }
        self
    }

    /// This set less all that is in `other`.
    #[must_use]
    pub const fn minus(mut self, other: &Self) -> Self {
        self.named &= !other.named;
        let mut word = 0;
        while word < WORDS {
            self.statuses[word] &= !other.statuses[word];
            word += 1;
        }
        self
    }

    /// Whether `class` is in the set.
    #[inline]
    pub const fn contains(&self, class: Class) -> bool {
        self.has(Packed::new(class))
    }

    /// As [`contains`](Self::contains).
    #[inline]
    pub(crate) const fn has(&self, class: Packed) -> bool {
        // The bits of `Permanent` and `Unclassified` are never set.
        if let Some(name) = class.name() {
            return self.named as u32 >> name & 1 != 0;
        }
        let (word, bit) = place(class.status());
        word < WORDS && self.statuses[word] & bit != 0
    }

    /// Whether the set holds nothing.
    pub const fn is_empty(&self) -> bool {
        self.named & !IMPOSSIBLE == 0 && matches!(self.statuses, [0, 0, 0, 0, 0, 0, 0])
    }

    /// Whether it was given a status that no failed exchange has.
    pub(crate) const fn is_impossible(&self) -> bool {
        self.named & IMPOSSIBLE != 0
    }

    const fn put(mut self, class: Class, on: bool) -> Self {
        match class {
            Class::Status(status) => {
                if is_failure(status) {
                    self.set_status(status, on);
                } else {
                    self.named |= IMPOSSIBLE;
                }
            }
            named => {
                let bit = name_bit(named);
                self.named = if on { self.named | bit } else { self.named & !bit };
                let mut same = same_statuses(named);
                while let [status, rest @ ..] = same {
                    self.set_status(*status, on);
                    same = rest;
                }
            }
        }
        self
    }

    const fn set_status(&mut self, status: u16, on: bool) {
        let (word, bit) = place(status);
        self.statuses[word] = if on { self.statuses[word] | bit } else { self.statuses[word] & !bit };
    }
}

/// As the attribute writes them: `Timeout, Status(500..=502)`; what was taken from a class follows behind `except`. Nothing
/// for the empty set.
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
    /// The statuses as they are, neighbours as a range.
    fn write_statuses(&self, list: &mut List<'_, '_>) -> fmt::Result {
        let has = |status: u16| self.contains(Class::Status(status));
        let mut first = FIRST_STATUS;
        for status in (FIRST_STATUS..=599).filter(|&status| has(status)) {
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

impl Default for Classes {
    fn default() -> Self {
        Self::new()
    }
}

const fn is_failure(status: u16) -> bool {
    status >= FIRST_STATUS && status <= 599
}

/// The statuses that mean the same as a named class.
const fn same_statuses(class: Class) -> &'static [u16] {
    match class {
        Class::Timeout => &[408, 504],
        Class::Connect => &[425],
        Class::Throttled => &[429],
        Class::Unavailable => &[503],
        _ => &[],
    }
}

const fn name_bit(class: Class) -> u16 {
    match (class, Packed::new(class).name()) {
        (Class::Permanent | Class::Unclassified, _) | (_, None) => 0,
        (_, Some(name)) => 1 << name,
    }
}

/// The word and the bit of a status; a status below 400 lands behind the last word.
#[inline]
const fn place(status: u16) -> (usize, u32) {
    let index = status.wrapping_sub(FIRST_STATUS);
    ((index / 32) as usize, 1 << (index % 32))
}
