//! Settings of a static breaker, rate limit or budget.

use core::fmt::Display;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use retry_core::internal::{BreakerTuning, duration};
use retry_core::{Breaker, Budget};

use crate::RateLimit;
use crate::settings::entry::Entry;
use crate::settings::fault::Fault;
use crate::settings::values::{consecutive, failure_rate};

/// A value that replaces a static's settings.
#[derive(Debug)]
pub(super) struct JudgedShared<'e, T> {
    /// `None` if it is what the code says.
    pub(super) value: Option<T>,
    pub(super) applied: Vec<(&'e Entry, String)>,
}

impl<'e, T: Display> JudgedShared<'e, T> {
    fn new(value: T, code: &T, settings: &[&'e Entry]) -> Self {
        let code = code.to_string();
        let applied = settings.iter().map(|entry| (*entry, code_value(&code, entry.key))).collect();
        Self { value: (value.to_string() != code).then_some(value), applied }
    }
}

/// Returns the value of a key in the display of a static.
///
/// For example `1s` of `consecutive(10), open_for(1s)`.
fn code_value(code: &str, key: &str) -> String {
    let inside = |part: &str| Some(part.strip_prefix(key)?.strip_prefix('(')?.strip_suffix(')')?.to_string());
    match key {
        "limit" | "shape" => code.to_string(),
        _ => code.split(", ").find_map(inside).unwrap_or_else(|| "not set".to_string()),
    }
}

/// Judges the settings of a breaker.
pub(super) fn breaker<'e>(
    code: &Breaker,
    name: &str,
    settings: &[&'e Entry],
) -> Result<JudgedShared<'e, Breaker>, Vec<Fault>> {
    let mut tuning = BreakerTuning::default();
    let fault = |entry: &Entry, message: String| Fault::new(&entry.origin, message).of(name);
    for entry in settings {
        let value = &*entry.value;
        match entry.key {
            "failure_rate" => tuning.failure_rate = failure_rate(value).ok(),
            "consecutive" => tuning.consecutive = consecutive(value).ok(),
            "open_for" => tuning.open_for = duration(value).ok(),
            _ => tuning.longest_open = duration(value).ok(),
        }
    }
    let mut faults = Vec::new();
    let find = |key: &str| settings.iter().find(|entry| entry.key == key).copied();
    if let (Some(entry), Some(_)) = (find("failure_rate"), find("consecutive")) {
        let message = "`consecutive` sets the rate too; remove `failure_rate`, or `consecutive`";
        faults.push(fault(entry, message.into()));
    }
    let base = code.fresh();
    match base.with_tuning(&tuning) {
        Ok(tuned) if faults.is_empty() => return Ok(JudgedShared::new(tuned, &base, settings)),
        Ok(_) => {}
        Err(error) => {
            // Each value is right by itself, so the rule is the one over the open times.
            let entry = ["open_for", "longest_open"].into_iter().find_map(find).or(settings.first().copied());
            faults.extend(entry.map(|entry| fault(entry, error.to_string())));
        }
    }
    Err(faults)
}

/// Judges the settings of a rate limit.
pub(super) fn rate_limit<'e>(
    code: &RateLimit,
    name: &str,
    settings: &[&'e Entry],
) -> Result<JudgedShared<'e, RateLimit>, Vec<Fault>> {
    let Some(entry) = settings.first() else { return Ok(JudgedShared { value: None, applied: Vec::new() }) };
    // The review file shows it, so it may be copied; but only the code decides it.
    let text = if code.is_refusing() { entry.value.strip_suffix(", refusing") } else { None };
    match RateLimit::from_text(text.unwrap_or(&entry.value)) {
        Ok(limit) => {
            let limit = if code.is_refusing() { limit.refusing() } else { limit };
            Ok(JudgedShared::new(limit, code, settings))
        }
        Err(message) => Err(std::vec![Fault::new(&entry.origin, format!("`limit`: {message}")).of(name)]),
    }
}

/// Judges the settings of a static budget.
pub(super) fn budget<'e>(
    code: &Budget,
    name: &str,
    settings: &[&'e Entry],
) -> Result<JudgedShared<'e, Budget>, Vec<Fault>> {
    let Some(entry) = settings.first() else { return Ok(JudgedShared { value: None, applied: Vec::new() }) };
    match entry.value.parse::<Budget>() {
        Ok(budget) => Ok(JudgedShared::new(budget, code, settings)),
        Err(error) => Err(std::vec![Fault::new(&entry.origin, format!("`shape`: {error}")).of(name)]),
    }
}
