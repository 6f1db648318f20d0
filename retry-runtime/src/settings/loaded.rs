//! Settings that are in use: what, from which line, by which rule.

use core::fmt::{self, Display, Formatter};
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::settings::entry::Entry;
use crate::settings::plan::{Plan, SharedPlan};

/// Settings of one environment: what they change, from which line, by which rule.
///
/// [`Display`] prints them as a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    source: String,
    environment: Option<String>,
    settings: Vec<LoadedSetting>,
    skipped: Vec<SkippedSetting>,
}

/// One value that settings give to an operation or a static.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LoadedSetting {
    /// Name of the operation, or of the static.
    pub target: String,
    /// The key, such as `max_attempts`.
    pub key: &'static str,
    /// The value, as it is written.
    pub value: String,
    /// The value of the code.
    pub code: String,
    /// Path of the file with the line, or the name of the variable.
    pub origin: String,
    /// Name or pattern by which it applies, with the environment if it is for one.
    pub rule: String,
}

/// One value that a pattern gives, and an operation cannot take.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SkippedSetting {
    /// Name of the operation.
    pub target: String,
    /// The key, such as `attempt_timeout`.
    pub key: &'static str,
    /// Path of the file with the line, or the name of the variable.
    pub origin: String,
    /// The reason, and what to write instead.
    pub reason: String,
}

impl Loaded {
    pub(super) fn new(source: &str, environment: Option<&str>, plan: &Plan<'_, '_>) -> Self {
        let mut loaded = Self {
            source: source.to_string(),
            environment: environment.map(String::from),
            settings: Vec::new(),
            skipped: Vec::new(),
        };
        for (registered, judged) in &plan.operations {
            let name = registered.operation.name();
            loaded.settings.extend(judged.applied.iter().map(|(entry, code)| LoadedSetting::new(name, entry, code)));
            loaded.skipped.extend(judged.skipped.iter().map(|(entry, reason)| SkippedSetting {
                target: name.to_string(),
                key: entry.key,
                origin: entry.origin.to_string(),
                reason: reason.clone(),
            }));
        }
        loaded.add(&plan.budgets);
        loaded.add(&plan.breakers);
        loaded.add(&plan.rate_limits);
        loaded
    }

    fn add<T>(&mut self, plans: &[SharedPlan<'_, '_, T>]) {
        for (shared, judged) in plans {
            let settings = judged.applied.iter().map(|(entry, code)| LoadedSetting::new(&shared.name, entry, code));
            self.settings.extend(settings);
        }
    }

    /// Returns the environment, or `None` if only settings of every environment apply.
    pub fn environment(&self) -> Option<&str> {
        self.environment.as_deref()
    }

    /// Returns the values in use.
    ///
    /// Operations come first, by name, then budgets, breakers and rate limits.
    pub fn settings(&self) -> &[LoadedSetting] {
        &self.settings
    }

    /// Returns what patterns give and operations cannot take.
    pub fn skipped(&self) -> &[SkippedSetting] {
        &self.skipped
    }

    /// Returns the number of operations and statics that differ from the code.
    pub(super) fn targets(&self) -> usize {
        let changed = self.settings.iter().filter(|setting| setting.value != setting.code);
        changed.map(|setting| &setting.target).collect::<std::collections::BTreeSet<_>>().len()
    }

    /// Returns a line for each value that differs from those of `before`.
    pub(super) fn changes_since(&self, before: &Self) -> Vec<String> {
        let mut changes = Vec::new();
        let find = |all: &Self, one: &LoadedSetting| {
            all.settings.iter().find(|other| (&other.target, other.key) == (&one.target, one.key)).cloned()
        };
        for setting in &self.settings {
            let LoadedSetting { target, key, value, code, origin, .. } = setting;
            let was = find(before, setting).map_or_else(|| code.clone(), |before| before.value);
            if was != *value {
                changes.push(format!("{target}: {key} = {value}, was {was} ({origin})"));
            }
        }
        for setting in before.settings.iter().filter(|setting| find(self, setting).is_none()) {
            let LoadedSetting { target, key, value, code, .. } = setting;
            if value != code {
                changes.push(format!("{target}: {key} = {code}, was {value} (the code)"));
            }
        }
        changes.sort();
        changes
    }
}

impl LoadedSetting {
    fn new(target: &str, entry: &Entry, code: &str) -> Self {
        let rule = match &entry.environment {
            Some(environment) => format!("`{}` in {environment}", entry.name),
            None => format!("`{}`", entry.name),
        };
        let (value, origin) = (entry.value.clone(), entry.origin.to_string());
        Self { target: target.to_string(), key: entry.key, value, code: code.to_string(), origin, rule }
    }
}

/// Prints a line for each value, under the name that has it.
impl Display for Loaded {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let environment = self.environment.as_deref().unwrap_or("every environment");
        writeln!(formatter, "settings of {environment} from {}", self.source)?;
        if self.settings.is_empty() {
            writeln!(formatter, "  none: the code decides")?;
        }
        let mut target = None;
        for setting in &self.settings {
            if target != Some(&setting.target) {
                writeln!(formatter, "{}", setting.target)?;
                target = Some(&setting.target);
            }
            let LoadedSetting { key, value, code, origin, rule, .. } = setting;
            let code = if code == value { "as in code".to_string() } else { format!("in code {code}") };
            writeln!(formatter, "  {key} = {value}  {code}  {origin}, by {rule}")?;
        }
        for SkippedSetting { target, key, origin, reason } in &self.skipped {
            writeln!(formatter, "skipped: {key} of {target} ({origin}): {reason}")?;
        }
        Ok(())
    }
}
