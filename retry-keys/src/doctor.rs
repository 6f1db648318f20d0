//! Output of the checks of a store.

use std::fmt::Write;

use retry_idempotency::admin::{Check, CheckState};
use serde_json::{Value, json};

/// Returns one line per check: state, name, what was found, what to do.
pub(crate) fn table(checks: &[Check]) -> String {
    let width = checks.iter().map(|check| check.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    for check in checks {
        let _ = write!(text, "{:7}  {:width$}  {}", state(check.state), check.name, check.found);
        let _ = if check.advice.is_empty() { writeln!(text) } else { writeln!(text, ": {}", check.advice) };
    }
    text
}

pub(crate) fn json(checks: &[Check]) -> String {
    let check = |check: &Check| {
        json!({
            "check": check.name,
            "state": state(check.state),
            "found": check.found,
            "advice": if check.advice.is_empty() { Value::Null } else { json!(check.advice) },
        })
    };
    format!("{:#}\n", Value::from(checks.iter().map(check).collect::<Vec<_>>()))
}

/// Returns true if keys are lost, or will be after a crash.
pub(crate) fn has_fault(checks: &[Check]) -> bool {
    checks.iter().any(|check| check.state == CheckState::Fault)
}

const fn state(state: CheckState) -> &'static str {
    match state {
        CheckState::Passed => "ok",
        CheckState::Warning => "warning",
        // A state of a later version is worth a look.
        _ => "fault",
    }
}
