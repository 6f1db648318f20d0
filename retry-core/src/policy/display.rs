//! Policies as an attribute writes them.

use core::fmt::{self, Display, Formatter};

use crate::class::{Class, ClassLimits, Classes, NAMED};
use crate::display::{List, Time};
use crate::policy::{Policy, TimedPolicy};
use crate::units::UNBOUNDED;

/// Most named classes of `transient` that `except` lists.
///
/// If more are missing, the others are listed.
const MAX_EXCEPTIONS: usize = 2;

impl TimedPolicy {
    /// Returns the classes of `retry_on` and of `except` that give this policy.
    pub(crate) fn written_classes(&self) -> (Classes, Classes) {
        let kept = self.retry_on;
        let timeouts = Classes::new().timeout();
        if kept.is_empty() {
            let listed = if self.removes_timeout { timeouts } else { Classes::new().connect() };
            return match (self.removes_classes, self.removes_timeout) {
                (true, _) => (listed, listed),
                (false, true) => (Classes::new(), timeouts),
                (false, false) => (Classes::new(), Classes::new()),
            };
        }
        let transient = Classes::new().transient();
        let exceptions = transient.minus(&kept);
        let count = NAMED.into_iter().filter(|class| exceptions.contains(*class)).count();
        let is_transient = count <= MAX_EXCEPTIONS && exceptions.contains(Class::Timeout) == self.removes_timeout;
        let mut listed = if is_transient { kept.plus(&transient) } else { kept };
        for class in NAMED.into_iter().filter(|class| kept.contains(*class)) {
            listed = listed.with(class);
        }
        let removed = listed.minus(&kept);
        (listed, if self.removes_timeout { removed.plus(&timeouts.minus(&kept)) } else { removed })
    }

    /// Returns the classes that are retried, with their limits.
    #[doc(hidden)]
    pub fn retried(&self) -> impl Display {
        WithLimits { listed: self.retry_on, limits: self.limits }
    }

    /// Calls `write` with the name and the value of each option.
    ///
    /// Options with their default values are left out. `max_attempts` and the classes are always written.
    pub(crate) fn each_option<E>(
        &self,
        mut write: impl FnMut(&'static str, &dyn Display) -> Result<(), E>,
    ) -> Result<(), E> {
        let default = Self::new();
        let (listed, removed) = self.written_classes();
        if !self.limits.is_empty() {
            write("retry_on", &InParentheses(WithLimits { listed, limits: self.limits }))?;
        } else if !listed.is_empty() {
            write("retry_on", &InParentheses(listed))?;
        }
        if !removed.is_empty() {
            write("except", &InParentheses(removed))?;
        }
        match self.max_attempts {
            _ if !self.limits.is_empty() && !self.limits.beside_attempts => {}
            UNBOUNDED => write("max_attempts", &"unbounded")?,
            attempts => write("max_attempts", &attempts)?,
        }
        if self.backoff != default.backoff {
            write("backoff", &self.backoff)?;
        }
        if self.throttled_backoff != default.throttled_backoff {
            write("throttled_backoff", &self.throttled_backoff)?;
        }
        if self.jitter != default.jitter {
            write("jitter", &self.jitter)?;
        }
        if self.max_retry_after != default.max_retry_after {
            write("max_retry_after", &Time(self.max_retry_after.as_nanos()))?;
        }
        if !self.deadline.is_never() {
            write("deadline", &Time(self.deadline.as_nanos()))?;
        }
        if !self.attempt_timeout.is_never() {
            write("attempt_timeout", &self.written_attempt_timeout())?;
        }
        if self.retries_nested { write("nested", &"retry") } else { Ok(()) }
    }
}

/// Set of classes, in parentheses if it has several items.
struct InParentheses<T>(T);

impl<T: Display> Display for InParentheses<T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut items = Items(0);
        fmt::write(&mut items, format_args!("{}", self.0))?;
        if items.0 == 0 { self.0.fmt(formatter) } else { write!(formatter, "({})", self.0) }
    }
}

/// Set of classes with the limits of some.
struct WithLimits {
    listed: Classes,
    limits: ClassLimits,
}

impl WithLimits {
    /// Returns the classes that have no limit, with all statuses of a named one.
    fn unlimited(&self) -> Classes {
        if self.limits.is_empty() {
            return self.listed;
        }
        let transient = Classes::new().transient();
        let unlimited = self.listed.minus(&self.limits.classes());
        let is_transient = transient.minus(&self.listed).is_empty()
            && (0..self.limits.len()).all(|index| self.limits.get(index).0 != transient);
        let unlimited = if is_transient { unlimited.plus(&transient) } else { unlimited };
        NAMED.into_iter().filter(|class| unlimited.contains(*class)).fold(unlimited, Classes::with)
    }
}

impl Display for WithLimits {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let unlimited = self.unlimited();
        let mut list = List::new(formatter);
        if !unlimited.is_empty() {
            list.item(format_args!("{unlimited}"))?;
        }
        for (classes, limit) in (0..self.limits.len()).map(|index| self.limits.get(index)) {
            list.item(format_args!("{classes} up_to {limit}"))?;
        }
        Ok(())
    }
}

/// Counts the commas and the spaces of what is written.
struct Items(usize);

impl fmt::Write for Items {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 += text.bytes().filter(|byte| matches!(byte, b',' | b' ')).count();
        Ok(())
    }
}

/// Writes the options as an attribute does: `max_attempts = 4, deadline = 5s`.
///
/// Options with the values of [`Policy::new`] are left out, except `max_attempts`. The text can be
/// [parsed](core::str::FromStr), unless a backoff is `custom`: a function has no name here.
impl Display for TimedPolicy {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut list = List::new(formatter);
        self.each_option(|name, value| list.item(format_args!("{name} = {value}")))
    }
}

/// Writes the options as [`Display`] does: `TimedPolicy(max_attempts = 4)`.
impl fmt::Debug for TimedPolicy {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "TimedPolicy({self})")
    }
}

/// Writes the options as an attribute does, like [`TimedPolicy`].
impl Display for Policy {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self.as_timed(), formatter)
    }
}

/// Writes the options as [`Display`] does: `Policy(max_attempts = 4)`.
impl fmt::Debug for Policy {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "Policy({self})")
    }
}
