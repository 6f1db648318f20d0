//! Policies, backoffs and jitters from text.

use core::str::FromStr;

use crate::backoff::Backoff;
use crate::class::{Classes, Retried};
use crate::error::PolicyError;
use crate::jitter::Jitter;
use crate::parse::{Named, ParseError, duration, first_of, number, setting};
use crate::policy::{Policy, PolicyBuilder, TimedPolicy, validate as rule};

const EXP: &str = "`{}` is not an exponential backoff; write `exp(100ms, 10s)` or `exp(100ms, 10s, factor = 3)`";
const LINEAR: &str = "`{}` is not a linear backoff; write `linear(100ms, 100ms, 10s)`";
const FIBONACCI: &str = "`{}` is not a Fibonacci backoff; write `fibonacci(100ms, 10s)`";
const FIXED: &str = "`{}` is not a fixed backoff; write `fixed(1s)`";
const NONE: &str = "`{}` is not a value; `none` takes no arguments";

/// Reads a backoff as an attribute writes it: `exp(100ms, 10s, factor = 3)`.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::Backoff;
///
/// let backoff: Backoff = "exp(100ms, 10s)".parse()?;
/// assert_eq!(backoff, Backoff::exponential(Duration::from_millis(100), Duration::from_secs(10)));
/// # Ok::<(), retry_runtime::ParseError>(())
/// ```
impl FromStr for Backoff {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut named = Named::new(text);
        let (backoff, usage) = match named.name {
            "exp" => {
                let backoff = Self::exponential(named.duration(EXP)?, named.duration(EXP)?);
                let factor = named
                    .setting("factor")
                    .map(|factor| number(factor, "a factor is a plain number, not `{}`; write `factor = 3`"));
                (factor.transpose()?.map_or(backoff, |factor| backoff.factor(factor)), EXP)
            }
            "linear" => {
                (Self::linear(named.duration(LINEAR)?, named.duration(LINEAR)?, named.duration(LINEAR)?), LINEAR)
            }
            "fibonacci" => (Self::fibonacci(named.duration(FIBONACCI)?, named.duration(FIBONACCI)?), FIBONACCI),
            "fixed" => (Self::fixed(named.duration(FIXED)?), FIXED),
            "none" => (Self::none(), NONE),
            "custom" => {
                let message = "`{}` is a function, which a text cannot name; write it in code, with `Backoff::custom`";
                return Err(ParseError::new(message, named.text));
            }
            _ => {
                let message = "`{}` is not a backoff; write `exp(100ms, 10s)`, or one of `linear`, `fibonacci`, `fixed` and `none`";
                return Err(ParseError::new(message, named.text));
            }
        };
        named.end(usage)?;
        rule::backoff(&backoff)?;
        Ok(backoff)
    }
}

/// Reads a jitter as an attribute writes it: `full`, `proportional(0.25)`.
///
/// ```
/// use retry_runtime::Jitter;
///
/// assert_eq!("equal".parse(), Ok(Jitter::equal()));
/// ```
impl FromStr for Jitter {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        const USAGE: &str = "`{}` is not a jitter; write one of `full`, `equal`, `proportional(0.25)`, `additive(100ms)`, `decorrelated` and `none`";
        let mut named = Named::new(text);
        let jitter = match named.name {
            "full" => Self::full(),
            "equal" => Self::equal(),
            "proportional" => Self::proportional(number(named.argument(USAGE)?, USAGE)?),
            "additive" => Self::additive(named.duration(USAGE)?),
            "decorrelated" => Self::decorrelated(),
            "none" => Self::none(),
            _ => return Err(ParseError::new(USAGE, named.text)),
        };
        named.end(USAGE)?;
        rule::jitter(jitter)?;
        Ok(jitter)
    }
}

/// Reads a policy as an attribute writes it: `attempt_timeout = 2s`.
///
/// Several classes stand in parentheses: `retry_on = (transient, Status(409))`.
/// An option that is left out has the value of [`Policy::new`]. The result satisfies the rules of [`Policy::builder`].
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::TimedPolicy;
///
/// let policy: TimedPolicy = "retry_on = transient, max_attempts = 4, attempt_timeout = 2s".parse()?;
/// assert_eq!(policy.get_attempt_timeout(), Some(Duration::from_secs(2)));
/// # Ok::<(), retry_runtime::ParseError>(())
/// ```
impl FromStr for TimedPolicy {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (mut options, mut left) = (Options::new(), Some(text).filter(|text| !text.trim().is_empty()));
        while let Some(list) = left {
            let (first, others) = first_of(list);
            let (name, value) = setting(first).ok_or_else(|| {
                ParseError::new("`{}` is not an option of a policy; write one as in `max_attempts = 4`", first)
            })?;
            options.set(OptionName::new(name)?, &Value::Text(value))?;
            left = others;
        }
        Ok(options.build()?)
    }
}

/// Reads a policy as an attribute writes it: `max_attempts = 4, deadline = 5s`.
///
/// It is read like a [`TimedPolicy`], and `attempt_timeout` is refused.
///
/// ```
/// use retry_runtime::Policy;
///
/// let policy: Policy = "retry_on = transient, max_attempts = 4, deadline = 5s".parse()?;
/// assert_eq!(policy.get_max_attempts(), Some(4));
/// assert_eq!(policy.to_string(), "retry_on = transient, max_attempts = 4, deadline = 5s");
///
/// let error = "attempt_timeout = 2s".parse::<Policy>().unwrap_err();
/// assert!(error.to_string().starts_with("a `Policy` has no `attempt_timeout`"));
/// # Ok::<(), retry_runtime::ParseError>(())
/// ```
impl FromStr for Policy {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Ok(text.parse::<TimedPolicy>()?.try_into()?)
    }
}

impl TimedPolicy {
    /// Replaces one option by its text, and checks that value alone.
    ///
    /// # Errors
    ///
    /// Returns the error of an unknown option, or of its value.
    #[doc(hidden)]
    pub fn with_option(&self, name: &str, text: &str) -> Result<Self, ParseError> {
        let mut options = Options { builder: PolicyBuilder::from_policy(self.clone()), ..Options::new() };
        options.set(OptionName::new(name)?, &Value::Text(text))?;
        Ok(options.builder.with_checked_values()?)
    }
}

/// Options of a policy, in the order in which they are displayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OptionName {
    RetryOn,
    Except,
    MaxAttempts,
    Backoff,
    ThrottledBackoff,
    Jitter,
    MaxRetryAfter,
    Deadline,
    AttemptTimeout,
    Nested,
}

pub(crate) const OPTIONS: [(OptionName, &str); 10] = [
    (OptionName::RetryOn, "retry_on"),
    (OptionName::Except, "except"),
    (OptionName::MaxAttempts, "max_attempts"),
    (OptionName::Backoff, "backoff"),
    (OptionName::ThrottledBackoff, "throttled_backoff"),
    (OptionName::Jitter, "jitter"),
    (OptionName::MaxRetryAfter, "max_retry_after"),
    (OptionName::Deadline, "deadline"),
    (OptionName::AttemptTimeout, "attempt_timeout"),
    (OptionName::Nested, "nested"),
];

impl OptionName {
    pub(crate) fn new(name: &str) -> Result<Self, ParseError> {
        OPTIONS.into_iter().find(|(_, known)| *known == name).map(|(option, _)| option).ok_or_else(|| {
            let message = "unknown option `{}`; a policy has `retry_on`, `except`, `max_attempts`, `backoff`, `throttled_backoff`, `jitter`, `max_retry_after`, `deadline`, `attempt_timeout` and `nested`";
            ParseError::new(message, name)
        })
    }

    pub(crate) fn text(self) -> &'static str {
        OPTIONS.into_iter().find(|(option, _)| *option == self).map_or("", |(_, name)| name)
    }
}

/// Value of an option.
pub(crate) enum Value<'a> {
    Text(&'a str),
    /// From a list of a configuration file.
    #[cfg(feature = "serde")]
    Classes(Retried),
}

/// Policy whose options are read in any order.
pub(crate) struct Options {
    builder: PolicyBuilder<TimedPolicy>,
    retry_on: Option<Retried>,
    except: Option<Classes>,
    /// One bit for each option that was given.
    given: u16,
}

impl Options {
    pub(crate) const fn new() -> Self {
        Self { builder: TimedPolicy::builder(), retry_on: None, except: None, given: 0 }
    }

    pub(crate) fn set(&mut self, option: OptionName, value: &Value<'_>) -> Result<(), ParseError> {
        let bit = 1 << option as u16;
        if self.given & bit != 0 {
            return Err(ParseError::new("`{}` is given twice; remove one", option.text()));
        }
        self.given |= bit;
        #[cfg_attr(not(feature = "serde"), allow(clippy::infallible_destructuring_match))]
        // one variant without `serde`
        let text = match *value {
            Value::Text(text) => text,
            #[cfg(feature = "serde")]
            Value::Classes(classes) => return self.set_classes(option, classes),
        };
        let builder = self.builder.clone();
        self.builder = match option {
            OptionName::RetryOn | OptionName::Except => return self.set_classes(option, Retried::NONE.and(text)?),
            OptionName::MaxAttempts if text == "unbounded" => builder.unbounded(),
            OptionName::MaxAttempts => builder.max_attempts(attempts(text)?),
            OptionName::Backoff => builder.backoff(text.parse()?),
            OptionName::ThrottledBackoff => builder.throttled_backoff(text.parse()?),
            OptionName::Jitter => builder.jitter(text.parse()?),
            OptionName::MaxRetryAfter => builder.max_retry_after(duration(text)?),
            OptionName::Deadline => builder.deadline(duration(text)?),
            OptionName::AttemptTimeout if text.contains('(') => builder.attempt_timeouts(text.parse()?),
            OptionName::AttemptTimeout => builder.attempt_timeout(duration(text)?),
            OptionName::Nested => match text {
                "retry" => builder.retry_nested(),
                "stop" => builder,
                _ => {
                    return Err(ParseError::new(
                        "`nested` is `stop` or `retry`, not `{}`; write `nested = retry`",
                        text,
                    ));
                }
            },
        };
        Ok(())
    }

    fn set_classes(&mut self, option: OptionName, retried: Retried) -> Result<(), ParseError> {
        match option {
            OptionName::RetryOn => self.retry_on = Some(retried),
            OptionName::Except if retried.limits.is_empty() => self.except = Some(retried.classes),
            OptionName::Except => {
                let message = "`{}` has no limits; put `up_to` behind a class of `retry_on`";
                return Err(ParseError::new(message, option.text()));
            }
            _ => return Err(ParseError::new("`{}` is not a list; write one value", option.text())),
        }
        Ok(())
    }

    /// Builds the policy; classes are removed when all are known.
    pub(crate) fn build(self) -> Result<TimedPolicy, PolicyError> {
        let builder = match self.retry_on {
            Some(Retried { classes, limits }) => (0..limits.len())
                .map(|index| limits.get(index))
                .fold(self.builder.retry_on(classes), |builder, (classes, limit)| builder.limit(classes, limit)),
            None => self.builder,
        };
        match self.except {
            Some(classes) => builder.except(classes).build(),
            None => builder.build(),
        }
    }
}

fn attempts(text: &str) -> Result<u32, ParseError> {
    text.parse().map_err(|_| {
        ParseError::new(
            "`max_attempts` is a number from 1 to 100 or `unbounded`, not `{}`; write `max_attempts = 3`",
            text,
        )
    })
}
