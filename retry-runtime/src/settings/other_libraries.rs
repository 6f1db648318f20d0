//! Keys of other libraries, and whole files of them, in our words.

use core::time::Duration;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use retry_core::internal::duration;

use crate::settings::content::{Format, Item};
use crate::settings::entry::Section;

/// Meaning of a key of another library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Retries,
    Attempts,
    Base,
    Cap,
    Factor,
    AttemptTimeout,
    Deadline,
    Failures,
    OpenTime,
}

/// Keys in lower case, without `_`, `-` and unit.
const NAMES: &[(&str, Kind)] = &[
    ("maxretries", Kind::Retries),
    ("retries", Kind::Retries),
    ("retrycount", Kind::Retries),
    ("numretries", Kind::Retries),
    ("maxretryattempts", Kind::Retries),
    ("attempts", Kind::Attempts),
    ("tries", Kind::Attempts),
    ("maxtries", Kind::Attempts),
    ("stopafterattempt", Kind::Attempts),
    ("basedelay", Kind::Base),
    ("delay", Kind::Base),
    ("initialdelay", Kind::Base),
    ("initialbackoff", Kind::Base),
    ("initialinterval", Kind::Base),
    ("mindelay", Kind::Base),
    ("retrydelay", Kind::Base),
    ("waitduration", Kind::Base),
    ("maxdelay", Kind::Cap),
    ("maxbackoff", Kind::Cap),
    ("maxinterval", Kind::Cap),
    ("multiplier", Kind::Factor),
    ("factor", Kind::Factor),
    ("backofffactor", Kind::Factor),
    ("backoffmultiplier", Kind::Factor),
    ("exponentialbase", Kind::Factor),
    ("timeout", Kind::AttemptTimeout),
    ("pertrytimeout", Kind::AttemptTimeout),
    ("requesttimeout", Kind::AttemptTimeout),
    ("maxelapsedtime", Kind::Deadline),
    ("totaltimeout", Kind::Deadline),
    ("totaldelay", Kind::Deadline),
    ("circuitbreakerthreshold", Kind::Failures),
    ("failurethreshold", Kind::Failures),
    ("threshold", Kind::Failures),
    ("circuitbreakertimeout", Kind::OpenTime),
    ("resettimeout", Kind::OpenTime),
    ("recoverytimeout", Kind::OpenTime),
    ("waitdurationinopenstate", Kind::OpenTime),
    ("breakduration", Kind::OpenTime),
];

/// Units at the end of a key.
const UNITS: &[(&str, &str)] = &[
    ("milliseconds", "ms"),
    ("millis", "ms"),
    ("ms", "ms"),
    ("seconds", "s"),
    ("secs", "s"),
    ("sec", "s"),
    ("minutes", "m"),
];

/// Returns the meaning of a key, and the unit that it names.
fn kind(key: &str) -> Option<(Kind, &'static str)> {
    let plain: String = key.chars().filter(|letter| !matches!(letter, '_' | '-')).collect();
    let plain = plain.to_lowercase();
    let find = |name: &str| NAMES.iter().find(|(known, _)| *known == name).map(|(_, kind)| *kind);
    let with_unit = || {
        let mut units = UNITS.iter().filter_map(|(end, unit)| Some((find(plain.strip_suffix(end)?)?, *unit)));
        units.next()
    };
    find(&plain).map(|kind| (kind, "s")).or_else(with_unit)
}

/// Keys of other libraries under one name, in our words.
#[derive(Debug)]
pub(super) struct Foreign {
    pub(super) environment: Option<String>,
    /// Operation or pattern.
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) keys: Vec<String>,
    operations: Vec<(&'static str, String)>,
    breakers: Vec<(&'static str, String)>,
}

/// Returns whether a key is one of other libraries.
pub(super) fn is_foreign(key: &str) -> bool {
    kind(key).is_some() && !Section::ALL.iter().any(|section| section.keys().contains(&key))
}

/// Message for one key of another library in a section.
pub(super) fn message(format: Format, section: Section, item: &Item) -> Option<String> {
    if !is_foreign(&item.key) {
        return None;
    }
    let translated = Foreign::new(None, "*", core::slice::from_ref(item));
    let (ours, other) = match section {
        Section::Breakers => (&translated.breakers, &translated.operations),
        _ => (&translated.operations, &translated.breakers),
    };
    let line = |(key, value): &(&str, String)| format!("`{}`", setting(format, key, value));
    let key = &item.key;
    match (ours.first(), other.first()) {
        (Some(ours), _) => Some(format!("unknown key `{key}`; write {}", line(ours))),
        (None, Some(ours)) => {
            let other = if section == Section::Breakers { "operations" } else { "breakers" };
            Some(format!("unknown key `{key}`; write {} in the section `{other}`", line(ours)))
        }
        (None, None) => None,
    }
}

impl Foreign {
    /// Translates the keys of a table.
    pub(super) fn new(environment: Option<String>, name: &str, items: &[Item]) -> Self {
        let mut foreign = Self {
            environment,
            name: name.to_string(),
            line: items.iter().map(|item| item.line).min().unwrap_or(1),
            keys: Vec::new(),
            operations: Vec::new(),
            breakers: Vec::new(),
        };
        let (mut base, mut cap, mut factor) = (None, None, None);
        for item in items {
            let Some(value) = item.node.scalar() else { continue };
            if let Some(key) = Section::Operations.keys().iter().find(|key| **key == item.key) {
                foreign.operations.push((key, value.to_string()));
                continue;
            }
            let Some((kind, unit)) = kind(&item.key) else { continue };
            foreign.keys.push(item.key.clone());
            match kind {
                Kind::Retries => foreign.attempts(value.parse::<u32>().ok().map(|retries| retries.saturating_add(1))),
                Kind::Attempts => foreign.attempts(value.parse().ok()),
                Kind::Base => base = Some(time(value, unit)),
                Kind::Cap => cap = Some(time(value, unit)),
                Kind::Factor => factor = Some(value.to_string()),
                Kind::AttemptTimeout => foreign.operations.push(("attempt_timeout", time(value, unit))),
                Kind::Deadline => foreign.operations.push(("deadline", time(value, unit))),
                Kind::Failures => {
                    let failures = value.parse::<u32>().unwrap_or(10).clamp(2, 100);
                    foreign.breakers.push(("consecutive", failures.to_string()));
                }
                Kind::OpenTime => foreign.breakers.push(("open_for", time(value, unit))),
            }
        }
        foreign.operations.extend(backoff(base, cap, factor).map(|backoff| ("backoff", backoff)));
        foreign
    }

    fn attempts(&mut self, attempts: Option<u32>) {
        self.operations.push(match attempts {
            Some(0 | 1) => ("enabled", "false".to_string()),
            attempts => ("max_attempts", attempts.unwrap_or(3).min(100).to_string()),
        });
    }
}

/// Returns the backoff that base, cap and factor mean.
fn backoff(base: Option<String>, cap: Option<String>, factor: Option<String>) -> Option<String> {
    if base.is_none() && cap.is_none() && factor.is_none() {
        return None;
    }
    let length = |text: &str| duration(text).unwrap_or(Duration::ZERO);
    let base = base.filter(|base| !length(base).is_zero());
    let base = base.unwrap_or_else(|| "100ms".to_string());
    let cap = cap.unwrap_or_else(|| "10s".to_string());
    let cap = if length(&cap) < length(&base) { base.clone() } else { cap };
    let factor = factor.map(|factor| format!(", factor = {factor}")).unwrap_or_default();
    Some(format!("exp({base}, {cap}{factor})"))
}

/// Returns a number with its unit.
fn time(value: &str, unit: &str) -> String {
    let is_bare = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if is_bare { format!("{value}{unit}") } else { value.to_string() }
}

/// Writes a file of ours that says the same.
pub(super) fn document(format: Format, foreign: &[Foreign]) -> String {
    let mut lines = Vec::new();
    // YAML has each environment once, and in it each section.
    let mut environments: Vec<&Option<String>> = Vec::new();
    for one in foreign {
        if !environments.contains(&&one.environment) {
            environments.push(&one.environment);
        }
    }
    for environment in environments {
        let inside: Vec<_> = foreign.iter().filter(|one| one.environment == *environment).collect();
        if let (Format::Yaml, Some(environment)) = (format, environment) {
            lines.push(format!("{environment}:"));
        }
        for section in [Section::Operations, Section::Breakers] {
            section_lines(format, environment.as_deref(), section, &inside, &mut lines);
        }
    }
    lines.into_iter().map(|line| line + "\n").collect()
}

/// Adds the lines of one section in one environment.
fn section_lines(
    format: Format,
    environment: Option<&str>,
    section: Section,
    foreign: &[&Foreign],
    lines: &mut Vec<String>,
) {
    let settings =
        |one: &Foreign| if section == Section::Breakers { one.breakers.clone() } else { one.operations.clone() };
    let named: Vec<_> =
        foreign.iter().map(|one| (&one.name, settings(one))).filter(|(_, settings)| !settings.is_empty()).collect();
    let (name, indent) = (section.name(), if environment.is_some() { "  " } else { "" });
    if format == Format::Yaml && !named.is_empty() {
        lines.push(format!("{indent}{name}:"));
    }
    for (operation, settings) in named {
        lines.push(match (format, environment) {
            (Format::Yaml, _) => format!("{indent}  \"{operation}\":"),
            (Format::Toml, Some(environment)) => format!("[{environment}.{name}.\"{operation}\"]"),
            (Format::Toml, None) => format!("[{name}.\"{operation}\"]"),
        });
        let indent = if format == Format::Yaml { format!("{indent}    ") } else { String::new() };
        lines.extend(settings.iter().map(|(key, value)| format!("{indent}{}", setting(format, key, value))));
    }
}

/// Formats one setting.
pub(super) fn setting(format: Format, key: &str, value: &str) -> String {
    let is_plain = value.parse::<u32>().is_ok() || matches!(value, "true" | "false");
    match format {
        Format::Yaml => format!("{key}: {value}"),
        Format::Toml if is_plain => format!("{key} = {value}"),
        Format::Toml => format!("{key} = \"{value}\""),
    }
}
