//! Faults of settings, all of them at once.

use core::fmt::{self, Display, Formatter};
use std::string::{String, ToString};
use std::sync::Arc;
use std::vec::Vec;

/// Place of a setting: a line of a file, or a variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    /// Path of the file, or name of the variable.
    pub(super) source: Arc<str>,
    /// Line from 1; `None` for a variable.
    pub(super) line: Option<usize>,
}

impl Display for Origin {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.source)?;
        self.line.map_or(Ok(()), |line| write!(formatter, ":{line}"))
    }
}

/// One fault of settings: what is wrong, where, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    origin: Origin,
    target: Option<String>,
    message: String,
}

impl Fault {
    pub(super) fn new(origin: &Origin, message: impl Into<String>) -> Self {
        Self { origin: origin.clone(), target: None, message: message.into() }
    }

    /// Names the operation, budget, breaker or rate limit that the fault concerns.
    pub(super) fn of(self, target: impl Into<String>) -> Self {
        Self { target: Some(target.into()), ..self }
    }

    /// Names the environment in which the fault is.
    pub(super) fn in_environment(mut self, environment: Option<&str>) -> Self {
        if let (Some(target), Some(environment)) = (&mut self.target, environment) {
            *target += " in ";
            *target += environment;
        }
        self
    }

    /// Returns the path of the file, or the name of the variable.
    pub fn source(&self) -> &str {
        &self.origin.source
    }

    /// Returns the line in the file, from 1; `None` for a variable.
    pub fn line(&self) -> Option<usize> {
        self.origin.line
    }

    /// Returns the name of the operation or static, if the fault concerns one.
    pub fn target(&self) -> Option<&str> {
        self.target.as_deref()
    }

    /// Returns what is wrong, and what to write instead.
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// Formats `retries.toml:12: shop::quote: MESSAGE`.
impl Display for Fault {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: ", self.origin)?;
        if let Some(target) = &self.target {
            write!(formatter, "{target}: ")?;
        }
        formatter.write_str(&self.message)
    }
}

/// Error of settings that were not applied, with all their faults.
///
/// Nothing has changed: the settings that were loaded before are still in use.
#[derive(Clone, PartialEq, Eq)]
pub struct SettingsError {
    faults: Vec<Fault>,
}

impl SettingsError {
    /// Creates the error of at least one fault.
    pub(super) fn new(mut faults: Vec<Fault>) -> Self {
        let place = |fault: &Fault| (fault.origin.line.is_none(), fault.origin.line, fault.origin.source.to_string());
        faults.sort_by_key(place);
        // A pattern says the same of several operations of one name.
        faults.dedup();
        Self { faults }
    }

    /// Returns the faults in the order of their lines, those of variables last.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

/// Formats a line per fault.
impl Display for SettingsError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let count = self.faults.len();
        write!(formatter, "{count} fault{} in settings; nothing was changed", if count == 1 { "" } else { "s" })?;
        self.faults.iter().try_for_each(|fault| write!(formatter, "\n{fault}"))
    }
}

/// Formats like `Display`, because a `main` that returns the error prints this.
impl fmt::Debug for SettingsError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        Display::fmt(self, formatter)
    }
}

impl core::error::Error for SettingsError {}
