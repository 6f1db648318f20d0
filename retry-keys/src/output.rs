//! Output of keys: tables, facts and JSON.

use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};

use retry_idempotency::StoredOutcome;
use retry_idempotency::admin::{KeyEntry, KeyState};
use serde_json::{Value, json};

/// Characters of a key that is not printed whole.
///
/// They are enough to distinguish keys of one listing.
const SHOWN: usize = 6;

const HEAD: [&str; 7] = ["SCOPE", "KEY", "STATE", "RUNS", "CLAIMED", "LEFT", "STEPS"];

/// Returns a table with one line per key.
pub(crate) fn table(entries: &[KeyEntry], whole: bool) -> String {
    let mut rows = vec![HEAD.map(String::from)];
    rows.extend(entries.iter().map(|entry| {
        [
            entry.id().scope().to_owned(),
            name(entry, whole),
            state(entry.state).to_owned(),
            entry.runs.to_string(),
            ago(entry),
            time(entry.left),
            steps(entry),
        ]
    }));
    let mut widths = [0; HEAD.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}"));
        let _ = writeln!(text, "{}", cells.collect::<Vec<_>>().join("  ").trim_end());
    }
    text
}

pub(crate) fn list_json(entries: &[KeyEntry], whole: bool) -> String {
    let entries: Vec<_> = entries.iter().map(|entry| object(entry, whole)).collect();
    format!("{:#}\n", Value::from(entries))
}

/// Returns the facts of a key, one per line.
pub(crate) fn show(entry: &KeyEntry, result: bool) -> String {
    let mut facts = vec![
        ("scope", entry.id().scope().to_owned()),
        ("key", entry.id().key().to_owned()),
        ("state", state(entry.state).to_owned()),
        ("runs", entry.runs.to_string()),
        ("token", entry.token.to_string()),
        ("claimed", ago(entry)),
        ("left", time(entry.left)),
    ];
    for (name, bytes) in entry.steps.iter() {
        facts.push((
            "step",
            if result {
                format!("{}: {}", quoted(name), Value::from(String::from_utf8_lossy(bytes)))
            } else {
                quoted(name)
            },
        ));
    }
    if let Some(bytes) = &entry.result {
        facts.push(("result", if result { outcome(bytes).to_string() } else { format!("{} bytes", bytes.len()) }));
    }
    facts.iter().fold(String::new(), |mut text, (fact, value)| {
        let _ = writeln!(text, "{fact:8} {value}");
        text
    })
}

pub(crate) fn show_json(entry: &KeyEntry, result: bool) -> String {
    let mut object = object(entry, true);
    if result {
        object["result"] = entry.result.as_deref().map_or(Value::Null, outcome);
        let steps =
            entry.steps.iter().map(|(name, bytes)| json!({ "name": name, "result": String::from_utf8_lossy(bytes) }));
        object["steps"] = steps.collect();
    }
    format!("{object:#}\n")
}

fn object(entry: &KeyEntry, whole: bool) -> Value {
    json!({
        "scope": entry.id().scope(),
        "key": name(entry, whole),
        "state": state(entry.state),
        "runs": entry.runs,
        "token": entry.token,
        "claimed_ms": millis(entry.claimed().duration_since(UNIX_EPOCH).unwrap_or_default()),
        "left_ms": millis(entry.left),
        "steps": entry.steps.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        "result_bytes": entry.result.as_ref().map(|bytes| bytes.len()),
    })
}

/// Returns the recorded result as JSON.
///
/// Bytes that only their writer can read are in hexadecimal.
fn outcome(bytes: &[u8]) -> Value {
    let json = |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
    match StoredOutcome::decode(bytes) {
        Some((StoredOutcome::Ok(text), _)) => json!({ "ok": json(text) }),
        Some((StoredOutcome::Err(text), _)) => json!({ "err": json(text) }),
        Some((StoredOutcome::Bytes(bytes) | StoredOutcome::Response(bytes), _)) => json!({ "bytes": hex(bytes) }),
        _ => json!({ "bytes": hex(bytes) }),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Returns the key or its first characters. Keys are ASCII.
fn name(entry: &KeyEntry, whole: bool) -> String {
    let key = entry.id().key();
    if whole { key.into() } else { format!("{}..", &key[..key.len().min(SHOWN)]) }
}

const fn state(state: KeyState) -> &'static str {
    match state {
        KeyState::InFlight => "in-flight",
        KeyState::Interrupted => "interrupted",
        KeyState::Finished => "finished",
    }
}

fn steps(entry: &KeyEntry) -> String {
    entry.steps.iter().map(|(name, _)| quoted(name)).collect::<Vec<_>>().join(", ")
}

/// Escapes the name of a step.
///
/// It may be any text, and must not control a terminal.
fn quoted(name: &str) -> String {
    name.escape_debug().to_string()
}

fn ago(entry: &KeyEntry) -> String {
    format!("{} ago", time(entry.claimed().elapsed().unwrap_or_default()))
}

/// Formats a time in at most two units.
pub(crate) fn time(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{seconds}s"),
        60..3600 => format!("{}m {}s", seconds / 60, seconds % 60),
        3600..86_400 => format!("{}h {}m", seconds / 3600, seconds % 3600 / 60),
        _ => format!("{}d {}h", seconds / 86_400, seconds % 86_400 / 3600),
    }
}

fn millis(time: Duration) -> u64 {
    time.as_millis().try_into().unwrap_or(u64::MAX)
}
