//! Limits of the attempts that fail as one class, as constant data.

use core::fmt::{self, Display, Formatter};
use core::time::Duration;

use crate::class::{Class, Classes, FIRST_STATUS, NAMED, Packed};
use crate::display::Time;
use crate::error::{Rule, broken};
use crate::units::{self, DAY, SECOND, Span};

/// Limit of the attempts of a call that fail as one class: a number, or a time.
///
/// A number counts the attempts of the call that fail as the class: the last of them ends the call. A time is measured from
/// the first of them, and no retry after such a failure starts later. The attribute writes both behind `up_to`.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{ClassLimit, Classes, Policy};
///
/// const POLICY: Policy = Policy::new()
///     .retry_on(Classes::new().connect().throttled().status(503))
///     .limit(Classes::new().connect(), ClassLimit::time(Duration::from_secs(60)))
///     .limit(Classes::new().throttled(), ClassLimit::attempts(6));
///
/// assert_eq!(POLICY.to_string(), "retry_on = (Status(503), Connect up_to 1m, Throttled up_to 6)");
/// ```
// Milliseconds with the highest bit set, or attempts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ClassLimit(u32);

const IS_TIME: u32 = 1 << 31;
const MILLISECOND: u64 = SECOND / 1000;

impl ClassLimit {
    /// Limits the attempts that fail as the class to 2 to 100.
    pub const fn attempts(attempts: u32) -> Self {
        Self(if attempts < IS_TIME { attempts } else { IS_TIME - 1 })
    }

    /// Limits the time from the first failure of the class: above zero, up to a day.
    ///
    /// It is rounded up to a millisecond, and kept to a thousandth: the call may end that much earlier.
    pub const fn time(time: Duration) -> Self {
        let nanos = units::from(time);
        let millis = if nanos > 2 * DAY { 2 * DAY / MILLISECOND } else { nanos.div_ceil(MILLISECOND) };
        #[allow(clippy::cast_possible_truncation)] // at most two days
        let millis = millis as u32;
        Self(IS_TIME | millis)
    }

    /// Returns the number of attempts, if it limits that.
    pub const fn get_attempts(self) -> Option<u32> {
        if self.0 & IS_TIME == 0 { Some(self.0) } else { None }
    }

    /// Returns the time, if it limits that.
    pub const fn get_time(self) -> Option<Duration> {
        match self.span() {
            Some(span) => Some(span.as_duration()),
            None => None,
        }
    }

    pub(crate) const fn span(self) -> Option<Span> {
        if self.0 & IS_TIME == 0 { None } else { Some(Span((self.0 & !IS_TIME) as u64 * MILLISECOND)) }
    }
}

/// Writes the limit as an attribute does behind `up_to`: `6`, `1m`.
impl Display for ClassLimit {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self.span() {
            Some(time) => Time(time.as_nanos()).fmt(formatter),
            None => self.0.fmt(formatter),
        }
    }
}

/// Writes the limit as [`Display`] does: `ClassLimit(6)`.
impl fmt::Debug for ClassLimit {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "ClassLimit({self})")
    }
}

/// Largest number of limits in one policy.
pub(crate) const MAX_LIMITS: usize = 4;
/// Bits of a set below which are the statuses.
const STATUSES: u8 = 200;
/// Code of `transient`.
const TRANSIENT: u8 = 255;

/// Limits by class of a policy.
///
/// Each is of one class, of `transient`, or of a range of statuses.
/// A policy is copied, so that a set of classes per limit would be too long.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClassLimits {
    /// First and last bit of the classes; `TRANSIENT` for both stands alone.
    pub(crate) items: [(u8, u8); MAX_LIMITS],
    pub(crate) limits: [ClassLimit; MAX_LIMITS],
    pub(crate) count: u8,
    pub(crate) fault: Fault,
    /// Set if the policy says how many attempts a call makes.
    pub(crate) beside_attempts: bool,
    /// Set if a predicate retries failures of any class.
    pub(crate) beside_others: bool,
}

/// First fault of the limits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    None,
    /// A set is neither one class nor one range.
    Mixed,
    TooMany,
    /// Two limits have a class in common.
    Overlap,
}

impl ClassLimits {
    pub(crate) const NONE: Self = Self {
        items: [(0, 0); MAX_LIMITS],
        limits: [ClassLimit(0); MAX_LIMITS],
        count: 0,
        fault: Fault::None,
        beside_attempts: false,
        beside_others: false,
    };

    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    pub(crate) const fn len(&self) -> usize {
        self.count as usize
    }

    /// Adds the limit of a set, or notes why it cannot.
    pub(crate) const fn with(mut self, classes: &Classes, limit: ClassLimit) -> Self {
        let (Some(item), false) = (item_of(classes), self.len() == MAX_LIMITS) else {
            self.fault = if self.len() == MAX_LIMITS { Fault::TooMany } else { Fault::Mixed };
            return self;
        };
        let mut index = 0;
        while index < self.len() {
            if set_of(self.items[index]).intersects(classes) {
                self.fault = Fault::Overlap;
            }
            index += 1;
        }
        self.items[self.len()] = item;
        self.limits[self.len()] = limit;
        self.count += 1;
        self
    }

    /// Returns the limit at `index`, below [`len`](Self::len), with its classes.
    pub(crate) const fn get(&self, index: usize) -> (Classes, ClassLimit) {
        (set_of(self.items[index]), self.limits[index])
    }

    /// Returns the limit that covers a class, and its index.
    pub(crate) fn of(&self, class: Packed) -> Option<(usize, ClassLimit)> {
        let index = self.items[..self.len()].iter().position(|&item| set_of(item).has(class))?;
        Some((index, self.limits[index]))
    }

    /// Returns the classes that have a limit.
    pub(crate) const fn classes(&self) -> Classes {
        let (mut all, mut index) = (Classes::new(), 0);
        while index < self.len() {
            all = all.plus(&set_of(self.items[index]));
            index += 1;
        }
        all
    }

    /// Rejects limits that cannot be told apart.
    pub(crate) const fn check(&self) -> Rule {
        match self.fault {
            Fault::None => Ok(()),
            Fault::Mixed => broken("a limit is of one class or one range of statuses; give each class its own limit"),
            Fault::TooMany => {
                broken("a policy has at most 4 limits by class; leave the others to `max_attempts` and `deadline`")
            }
            Fault::Overlap => broken("two limits have a class in common; keep one of them"),
        }
    }
}

/// Returns the classes of an item.
const fn set_of((first, last): (u8, u8)) -> Classes {
    const ALL_TRANSIENT: Classes = Classes::new().transient();
    if first == TRANSIENT {
        ALL_TRANSIENT
    } else if first < STATUSES {
        Classes::new().statuses(FIRST_STATUS + first as u16..=FIRST_STATUS + last as u16)
    } else {
        Classes::new().with(NAMED[(first - STATUSES) as usize % NAMED.len()])
    }
}

/// Returns the item of a set; `None` if it is neither one class nor one range.
#[allow(clippy::cast_possible_truncation)] // bits are below 256
const fn item_of(classes: &Classes) -> Option<(u8, u8)> {
    if classes.is_same(&set_of((TRANSIENT, TRANSIENT))) {
        return Some((TRANSIENT, TRANSIENT));
    }
    let mut named = 0;
    while named < NAMED.len() {
        let item = (STATUSES + named as u8, STATUSES + named as u8);
        if !classes.is_empty() && classes.is_same(&set_of(item)) {
            return Some(item);
        }
        named += 1;
    }
    let (mut first, mut last, mut bit) = (STATUSES, 0, 0);
    while bit < STATUSES {
        if classes.contains(Class::Status(FIRST_STATUS + bit as u16)) {
            first = if bit < first { bit } else { first };
            last = bit;
        }
        bit += 1;
    }
    if first <= last && classes.is_same(&set_of((first, last))) { Some((first, last)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_class_and_each_range_is_an_item() {
        let named = NAMED[..7].iter().map(|class| Classes::new().with(*class));
        let ranges =
            [(400, 400), (400, 599), (599, 599), (429, 503)].map(|(first, last)| Classes::new().statuses(first..=last));
        for classes in named.chain(ranges).chain([Classes::new().transient()]) {
            assert_eq!(item_of(&classes).map(set_of), Some(classes));
        }
        for classes in [Classes::new(), Classes::new().timeout().connect(), Classes::new().status(500).status(502)] {
            assert_eq!(item_of(&classes), None);
        }
    }

    #[test]
    fn a_limit_keeps_its_kind_and_its_value() {
        assert_eq!(ClassLimit::attempts(6).get_attempts(), Some(6));
        assert_eq!(ClassLimit::attempts(u32::MAX).get_time(), None);
        assert_eq!(ClassLimit::time(Duration::from_micros(1_500)).get_time(), Some(Duration::from_millis(2)));
        assert_eq!(ClassLimit::time(Duration::ZERO).get_time(), Some(Duration::ZERO));
        assert_eq!(ClassLimit::time(Duration::MAX).get_time(), Some(Duration::from_secs(2 * 86_400)));
    }
}
