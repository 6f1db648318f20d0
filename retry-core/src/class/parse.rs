//! Sets of classes from text.

use core::str::FromStr;

use super::{Class, ClassLimit, ClassLimits, Classes, NAMED, validate};
use crate::parse::{self, Named, ParseError, first_of};

/// Reads a set as an attribute writes it: `(Timeout, Status(500..=502))`.
///
/// The parentheses may be left out, and classes to remove may follow `except`. An empty text is the empty set.
///
/// ```
/// use retry_runtime::{Class, Classes};
///
/// let classes: Classes = "Timeout, Status(500 | 502)".parse()?;
/// assert!(classes.contains(Class::Status(502)));
/// # Ok::<(), retry_runtime::ParseError>(())
/// ```
impl FromStr for Classes {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
        let classes = match inner.split_once(" except ") {
            Some((listed, removed)) => list(listed)?.minus(&list(removed)?),
            None => list(inner)?,
        };
        validate::classes(&classes)?;
        Ok(classes)
    }
}

/// Classes of `retry_on` with the limits of some.
#[derive(Clone, Copy)]
pub(crate) struct Retried {
    pub(crate) classes: Classes,
    pub(crate) limits: ClassLimits,
}

impl Retried {
    pub(crate) const NONE: Self = Self { classes: Classes::new(), limits: ClassLimits::NONE };

    /// Adds the classes and the limits of a text.
    ///
    /// It is as an attribute writes them: `(Connect up_to 60s, Status(503))`.
    pub(crate) fn and(mut self, text: &str) -> Result<Self, ParseError> {
        let text = text.trim();
        if !text.contains(UP_TO) {
            self.classes = self.classes.plus(&text.parse()?);
            return Ok(self);
        }
        let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')')).unwrap_or(text);
        let mut left = Some(inner);
        while let Some(list) = left {
            let (first, others) = first_of(list);
            let (class, limit) = first.split_once(UP_TO).map_or((first, None), |(class, limit)| (class, Some(limit)));
            let classes: Classes = class.parse()?;
            self.classes = self.classes.plus(&classes);
            if let Some(limit) = limit {
                let limit = most(limit.trim())?;
                validate::limit(limit)?;
                self.limits = self.limits.with(&classes, limit);
                self.limits.check()?;
            }
            left = others;
        }
        Ok(self)
    }
}

/// Word between a class and its limit.
const UP_TO: &str = " up_to ";

/// Reads a number of attempts, or a time with its unit.
fn most(text: &str) -> Result<ClassLimit, ParseError> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        let attempts = text.parse().unwrap_or(u32::MAX);
        return Ok(ClassLimit::attempts(attempts));
    }
    if !text.bytes().any(|byte| byte.is_ascii_alphabetic()) {
        return Err(ParseError::new(
            "`{}` is not a limit; write attempts as in `up_to 6`, or a time as in `up_to 60s`",
            text,
        ));
    }
    parse::duration(text).map(ClassLimit::time)
}

fn list(text: &str) -> Result<Classes, ParseError> {
    let (mut classes, mut left) = (Classes::new(), Some(text).filter(|text| !text.trim().is_empty()));
    while let Some(list) = left {
        let (first, others) = first_of(list);
        classes = add(classes, first)?;
        left = others;
    }
    Ok(classes)
}

/// Adds one item of a list.
fn add(classes: Classes, text: &str) -> Result<Classes, ParseError> {
    let mut named = Named::new(text);
    if named.name == "Status" {
        let mut left = named.argument("`{}` has no status; write `Status(503)`")?;
        named.end("`{}` has several arguments; write `Status(429 | 503)`")?;
        let mut classes = classes;
        while let Some((first, others)) = left.split_once('|') {
            classes = statuses(classes, first.trim())?;
            left = others;
        }
        return statuses(classes, left.trim());
    }
    if text == "transient" {
        return Ok(classes.transient());
    }
    let known = NAMED.into_iter().find(|class| name(*class) == Some(text));
    match known {
        Some(Class::Permanent | Class::Unclassified) => {
            Err(ParseError::new("`{}` is never retried; list classes that a retry can help", text))
        }
        Some(class) => Ok(classes.with(class)),
        None if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(ParseError::new("a number is not a class; write `Status({})`", text))
        }
        None => Err(ParseError::new(
            "unknown class `{}`; write a class such as `Timeout`, `Status(503)` or `transient`",
            text,
        )),
    }
}

/// Adds a status, or a range of statuses.
fn statuses(classes: Classes, text: &str) -> Result<Classes, ParseError> {
    let parse = |number: &str| number.trim().parse::<u16>();
    let range = match text.split_once("..=") {
        Some((first, last)) => parse(first).and_then(|first| Ok((first, parse(last)?))),
        None => parse(text).map(|status| (status, status)),
    };
    match range {
        Ok((first, last)) => Ok(classes.statuses(first..=last)),
        Err(_) => Err(ParseError::new("`{}` is not a status; write `Status(503)` or `Status(500..=599)`", text)),
    }
}

/// Returns the name of a class that is not a status.
const fn name(class: Class) -> Option<&'static str> {
    Some(match class {
        Class::Timeout => "Timeout",
        Class::Connect => "Connect",
        Class::Disconnected => "Disconnected",
        Class::Throttled => "Throttled",
        Class::Unavailable => "Unavailable",
        Class::Conflict => "Conflict",
        Class::Malformed => "Malformed",
        Class::Permanent => "Permanent",
        Class::Unclassified => "Unclassified",
        Class::Status(_) => return None,
    })
}
