//! The error of a plan that is refused.

use core::fmt;
use core::time::Duration;
use std::format;
use std::string::String;

/// Error of [`start`](crate::chaos::start): a wrong plan, or a forbidden one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChaosError(String);

impl ChaosError {
    pub(super) fn share(pattern: &str, share: f64) -> Self {
        Self(format!("the share of `{pattern}` is {share}; write a number from 0 to 1, such as 0.05"))
    }

    pub(super) fn latency(pattern: &str, start: Duration, end: Duration) -> Self {
        Self(format!("the latency of `{pattern}` ends at {end:?}, before {start:?}; write the shorter one first"))
    }

    pub(super) fn no_operation(pattern: &str, proposal: &str) -> Self {
        Self(format!("no operation matches `{pattern}`; {proposal}"))
    }

    pub(super) fn no_error(pattern: &str, type_name: &str, others: &str) -> Self {
        Self(format!("no operation of `{pattern}` fails with `{type_name}`; {others}"))
    }

    pub(super) fn switched_off(value: &str) -> Self {
        Self(format!("chaos is forbidden by `RETRY_CHAOS={value}`; remove the variable to allow it"))
    }

    pub(super) fn environment(variable: &str, value: Option<&str>, allowed: &[String]) -> Self {
        let is = value.map_or_else(|| "is not set".into(), |value| format!("is `{value}`"));
        Self(format!(
            "the plan is for other environments: `{variable}` {is}; it must be one of `{}`",
            allowed.join("`, `")
        ))
    }
}

impl fmt::Display for ChaosError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl core::error::Error for ChaosError {}
