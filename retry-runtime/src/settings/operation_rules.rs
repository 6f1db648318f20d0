//! Settings of one operation, judged by the compiler's rules.
//!
//! They are judged together with what the code says.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use retry_core::validate::{attempt_timeout, deadline, jitter_of, limits_end, limits_leave_room, unbounded};
use retry_core::{Budget, PolicyError, TimedPolicy};

use crate::registry::Registered;
use crate::settings::content::Format;
use crate::settings::entry::Entry;
use crate::settings::fault::Fault;
use crate::settings::other_libraries::setting;
use crate::settings::pattern::is_pattern;
use crate::settings::targets::{Targets, list};
use crate::settings::values::{enabled, option};

/// Settings of an operation in one environment.
#[derive(Debug, Default)]
pub(super) struct Judged<'e> {
    /// The policy, unless each call brings its own.
    pub(super) policy: Option<TimedPolicy>,
    pub(super) is_disabled: bool,
    /// Budget of the settings.
    pub(super) budget: Option<Budget>,
    /// Settings in use, with the values of the code.
    pub(super) applied: Vec<(&'e Entry, String)>,
    /// Settings of a pattern that this operation cannot take, with the reasons.
    pub(super) skipped: Vec<(&'e Entry, String)>,
    pub(super) faults: Vec<Fault>,
}

/// Returns the policy that the code says, unless each call brings its own.
pub(super) fn code_policy(registered: &Registered) -> Option<TimedPolicy> {
    if registered.facts.policy.is_empty() {
        return Some(registered.operation.policy().clone());
    }
    registered.facts.known_policy.and_then(|known| known().value)
}

/// Judges the settings of an operation.
pub(super) fn judge<'e>(registered: &Registered, settings: &[&'e Entry], targets: &Targets) -> Judged<'e> {
    let base = code_policy(registered);
    let mut judged = Judged { policy: base.clone(), ..Judged::default() };
    for entry in settings.iter().copied() {
        let name = registered.operation.name();
        if let Some(reason) = refusal(registered, entry, targets) {
            if is_pattern(&entry.name) {
                judged.skipped.push((entry, reason));
            } else {
                judged.faults.push(Fault::new(&entry.origin, reason).of(name));
            }
            continue;
        }
        judged.set(entry);
        judged.applied.push((entry, code_value(registered, base.as_ref(), entry.key)));
    }
    if judged.faults.is_empty() {
        judged.check_together(registered);
    }
    if judged.is_disabled {
        // After the rules, so that turning retries off hides no fault of the others.
        let once = judged.policy.as_ref().and_then(|policy| policy.with_option("max_attempts", "1").ok());
        judged.policy = once.or(judged.policy);
    }
    judged
}

impl Judged<'_> {
    /// Sets a value that is right by itself.
    fn set(&mut self, entry: &Entry) {
        match entry.key {
            "enabled" => self.is_disabled = enabled(&entry.value) == Ok(false),
            "budget" => self.budget = entry.value.parse().ok(),
            key => {
                let set = self.policy.as_ref().and_then(|policy| policy.with_option(key, &entry.value).ok());
                self.policy = set.or(self.policy.take());
            }
        }
    }

    /// Checks the rules over several values, of which the settings gave at least one.
    fn check_together(&mut self, registered: &Registered) {
        let Some(policy) = &self.policy else { return };
        let facts = &registered.facts;
        let ends = !facts.cancel.is_empty() || !facts.deadline.is_empty();
        let rules: [(Result<(), PolicyError>, &[&str]); 6] = [
            (jitter_of(policy), &["jitter", "backoff", "throttled_backoff"]),
            (attempt_timeout(policy), &["attempt_timeout", "deadline"]),
            (deadline(policy), &["deadline", "max_attempts", "backoff", "jitter"]),
            (unbounded(policy, ends), &["max_attempts", "backoff", "deadline"]),
            (limits_leave_room(policy), &["backoff", "throttled_backoff", "jitter"]),
            (limits_end(policy), &["backoff"]),
        ];
        for (rule, keys) in rules {
            let Err(error) = rule else { continue };
            let set = |key: &&str| self.applied.iter().find(|(entry, _)| entry.key == *key).map(|(entry, _)| *entry);
            let Some(entry) = keys.iter().find_map(set) else { continue };
            // The others may be far away: in the code, or under another name.
            let values: Vec<_> = keys.iter().map(|key| format!("`{key} = {}`", option(policy, key))).collect();
            let message = format!("{error} ({})", values.join(", "));
            self.faults.push(Fault::new(&entry.origin, message).of(registered.operation.name()));
        }
    }
}

/// Returns why the operation cannot take a setting.
fn refusal(registered: &Registered, entry: &Entry, targets: &Targets) -> Option<String> {
    let (facts, key) = (&registered.facts, entry.key);
    match key {
        "enabled" => None,
        "budget" => refused_budget(registered, targets),
        _ if code_policy(registered).is_none() => Some(format!(
            "each call brings its policy, `{}`, so `{key}` cannot be set here; set it where that policy is made, or write `{}`",
            facts.policy,
            setting(entry.format.unwrap_or(Format::Toml), "enabled", "false")
        )),
        "deadline" if !facts.deadline.is_empty() => Some(format!(
            "each call brings its deadline, `{}`; change that, or remove `deadline` here",
            facts.deadline
        )),
        "attempt_timeout" if !facts.attempt_timeout.is_empty() => Some(format!(
            "each call brings its attempt timeout, `{}`; change that, or remove `attempt_timeout` here",
            facts.attempt_timeout
        )),
        "attempt_timeout" if !facts.is_async => {
            Some("a blocking attempt cannot be cut; use the timeout of its client, or make the function async".into())
        }
        "attempt_timeout" if !may_be_cut(registered) => Some(
            "its error may not be able to say that an attempt was cut; write `attempt_timeout = 1m` in its attribute, which needs `From<Stopped>`, and change it here"
                .into(),
        ),
        _ => None,
    }
}

/// Returns whether the attempts of an async operation may be cut.
///
/// Its error has `From<Stopped>` then, and its attempts have a timer.
fn may_be_cut(registered: &Registered) -> bool {
    let facts = &registered.facts;
    let is_timed = facts.known_policy.is_some_and(|known| known().is_timed);
    facts.is_interruptible || registered.operation.policy().cuts() || is_timed
}

fn refused_budget(registered: &Registered, targets: &Targets) -> Option<String> {
    if let Some(shared) = targets.budget_of(registered) {
        let (name, operations) = (&shared.name, list(&shared.operations));
        return Some(format!(
            "its budget is the static `{name}`, of {operations}; write `shape` under `{name}` in the section `budgets`"
        ));
    }
    match registered.facts.budget {
        "" | "none" => None,
        expression => {
            Some(format!("each call brings its budget, `{expression}`; change that, or remove `budget` here"))
        }
    }
}

/// Returns what the code says of a key.
fn code_value(registered: &Registered, policy: Option<&TimedPolicy>, key: &str) -> String {
    match key {
        "enabled" => "true".into(),
        "budget" => code_budget(registered),
        key => policy.map_or_else(String::new, |policy| option(policy, key)),
    }
}

/// Returns the budget that the code says.
pub(super) fn code_budget(registered: &Registered) -> String {
    let facts = &registered.facts;
    match registered.operation.shared_budget() {
        Some(budget) => budget.to_string(),
        None if facts.budget == "none" => "none".into(),
        None => Budget::credit().to_string(),
    }
}
