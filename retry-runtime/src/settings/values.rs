//! Values of settings, each judged by itself.
//!
//! So a wrong value is found although another setting is above it, or no environment uses it.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use retry_core::display::Time;
use retry_core::internal::{duration, number};
use retry_core::{Budget, TimedPolicy, units};

use crate::RateLimit;
use crate::settings::entry::{Entry, Section};
use crate::settings::fault::Fault;

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
            faults.push(Fault::new(&entry.origin, named(entry.key, message)).of(&*entry.name));
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
        (_, "failure_rate") => failure_rate(value)?.to_string(),
        (_, "consecutive") => consecutive(value)?.to_string(),
        (Section::Breakers, _) => Time(units::from(duration(value).map_err(|error| error.to_string())?)).to_string(),
        _ => {
            let policy = TimedPolicy::new().with_option(key, value).map_err(|error| error.to_string())?;
            option(&policy, key)
        }
    })
}

/// Adds the key to a message that does not name it.
fn named(key: &str, message: String) -> String {
    if message.contains(&format!("`{key}`")) { message } else { format!("`{key}`: {message}") }
}

pub(super) fn enabled(value: &str) -> Result<bool, String> {
    let wrong = |_| format!("`enabled` is `true` or `false`, not `{value}`; write `enabled = false`");
    value.parse().map_err(wrong)
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
        "attempt_timeout" => time(policy.get_attempt_timeout()),
        _ => String::new(),
    }
}
