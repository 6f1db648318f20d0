//! Findings of `lint` on faulty functions, and on functions that only look faulty.

#![allow(dead_code)] // registered without being called

mod alone;
mod callers;
mod findings;
mod nested;
mod opens_by_chance;
mod read_once;
mod shared_name;

use retry_runtime::review::{Findings, Review};

/// The functions of a module in here.
fn review(module: &str) -> Review {
    Review::module(&format!("lint::{module}"))
}

/// Formats findings as `function: message [rule]`, without locations and modules.
fn messages(findings: &Findings) -> Vec<String> {
    let mut lines = Vec::new();
    for finding in findings {
        let text = finding.to_string();
        let (_, words) = text.split_once(": ").unwrap();
        let words: Vec<_> = words.split('`').map(last).collect();
        lines.push(format!("{}: {}", last(finding.operation()), words.join("`")));
    }
    lines
}

/// The last part of a path.
fn last(name: &str) -> &str {
    name.rsplit("::").next().unwrap()
}
