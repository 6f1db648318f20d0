//! Values of settings, each judged by itself.
//!
//! So a wrong value is found although another setting is above it, or no environment uses it.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use retry_core::display::Time;
use retry_core::internal::{BreakerTuning, duration, number};
use retry_core::{Breaker, Budget, TimedPolicy, units};

use crate::RateLimit;
use crate::settings::entry::{Entry, Section};
use crate::settings::fault::Fault;
use crate::settings::other_libraries::setting;

/// Removes the settings whose values are wrong, and reports them.
///
/// The others have the form in which the code displays them, to be compared with it.
pub(super) fn wrong_values(entries: &mut Vec<Entry>) -> Vec<Fault> {
    let mut faults = Vec::new();
    entries.retain_mut(|entry| match displayed(entry) {
        Ok(value) => {
            entry.value = value;
            true
        }
        Err(message) => {
            faults.push(Fault::new(&entry.origin, named(entry.key, in_source(entry, &message))).of(&*entry.name));
            false
        }
    });
    faults
}

/// Returns a value that is right by itself, as the code displays it.
fn displayed(entry: &Entry) -> Result<String, String> {
    let (key, value) = (entry.key, &*entry.value);
    Ok(match (entry.section, key) {
        (_, "enabled") => enabled(value)?.to_string(),
        (_, "budget" | "shape") => value.parse::<Budget>().map_err(|error| error.to_string())?.to_string(),
        (Section::RateLimits, _) => {
            let (text, end) = value.strip_suffix(", refusing").map_or((value, ""), |text| (text, ", refusing"));
            format!("{}{end}", RateLimit::from_text(text)?)
        }
        (Section::Breakers, _) => of_breaker(key, value)?,
        _ => {
            let policy = TimedPolicy::new().with_option(key, value).map_err(|error| error.to_string())?;
            option(&policy, key)
        }
    })
}

/// Returns a value of a breaker, judged by the rule for this key alone.
fn of_breaker(key: &str, value: &str) -> Result<String, String> {
    let mut tuning = BreakerTuning::default();
    let text = match key {
        "failure_rate" => tuning.failure_rate.insert(failure_rate(value)?).to_string(),
        "consecutive" => tuning.consecutive.insert(consecutive(value)?).to_string(),
        _ => {
            let time = duration(value).map_err(|error| error.to_string())?;
            // Both, so that the rule over them holds.
            (tuning.open_for, tuning.longest_open) = (Some(time), Some(time));
            Time(units::from(time)).to_string()
        }
    };
    Breaker::new().with_tuning(&tuning).map(|_| text).map_err(|error| error.to_string())
}

/// Returns a message whose proposals can be copied to where the setting is.
///
/// Rules of the code propose code.
fn in_source(entry: &Entry, message: &str) -> String {
    let written = |value: &str| match entry.format {
        Some(format) => format!("`{}`", setting(format, entry.key, value)),
        None => format!("`{value}`"),
    };
    let rate = entry.value.split(", burst").next().unwrap_or_default();
    let (of_key, bursts) = (format!("`{} = ", entry.key), format!("{rate}, burst"));
    let starts: &[(&str, &str)] = match entry.section {
        Section::RateLimits => &[("`RateLimit::", ""), ("`.burst", &bursts)],
        _ => &[(&of_key, "")],
    };
    let mut message = message.to_string();
    for (start, text) in starts {
        let mut parts = message.split(*start);
        let before = parts.next().unwrap_or_default().to_string();
        message = parts.fold(before, |before, part| {
            let (value, after) = part.split_once('`').unwrap_or((part, ""));
            format!("{before}{}{after}", written(&format!("{text}{value}")))
        });
    }
    message
}

/// Adds the key to a message that does not name it.
fn named(key: &str, message: String) -> String {
    if message.contains(&format!("`{key}`")) { message } else { format!("`{key}`: {message}") }
}

pub(super) fn enabled(value: &str) -> Result<bool, String> {
    value.parse().map_err(|_| {
        let advice = match &*value.to_lowercase() {
            "true" | "yes" | "y" | "on" | "1" | "enabled" => "write `enabled = true`",
            "false" | "no" | "n" | "off" | "0" | "disabled" | "none" => "write `enabled = false`",
            _ => "write `enabled = true`, or `enabled = false` to turn retries off",
        };
        format!("`enabled` is `true` or `false`, not `{value}`; {advice}")
    })
}

pub(super) fn failure_rate(value: &str) -> Result<f64, String> {
    let usage = "`failure_rate` is a plain number, not `{}`; write 0.5 for half of the calls";
    number(value, usage).map_err(|error| error.to_string())
}

pub(super) fn consecutive(value: &str) -> Result<u32, String> {
    let wrong = |_| format!("`consecutive` is a number of failures, not `{value}`; write `consecutive = 10`");
    value.parse().map_err(wrong)
}

/// Formats one option as an attribute writes it.
pub(super) fn option(policy: &TimedPolicy, key: &str) -> String {
    let time = |time: Option<core::time::Duration>| {
        time.map_or_else(|| "none".to_string(), |time| Time(units::from(time)).to_string())
    };
    match key {
        "max_attempts" => policy.get_max_attempts().map_or_else(|| "unbounded".to_string(), |max| max.to_string()),
        "backoff" => policy.get_backoff().to_string(),
        "throttled_backoff" => policy.get_throttled_backoff().to_string(),
        "jitter" => policy.get_jitter().to_string(),
        "max_retry_after" => time(Some(policy.get_max_retry_after())),
        "deadline" => time(policy.get_deadline()),
        "attempt_timeout" => policy.written_attempt_timeout().to_string(),
        _ => String::new(),
    }
}
