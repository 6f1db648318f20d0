//! Output of keys: tables, facts and JSON.

use std::fmt::Write;
use std::time::{Duration, UNIX_EPOCH};

use retry_idempotency::admin::{KeyDetails, KeyEntry, KeyState};
use retry_idempotency::{StoredOutcome, StoredResponse};
use serde_json::{Value, json};

/// Characters of a key that is not printed whole.
///
/// They are enough to distinguish keys of one listing.
const SHOWN: usize = 6;

const HEAD: [&str; 8] = ["SCOPE", "KEY", "STATE", "RUNS", "CLAIMED", "LEFT", "RESULT", "STEPS"];

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
            entry.result_bytes.map_or_else(|| "-".into(), |bytes| format!("{bytes} B")),
            if entry.steps_bytes == 0 { "-".into() } else { format!("{} B", entry.steps_bytes) },
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
pub(crate) fn show(details: &KeyDetails, result: bool) -> String {
    let entry = &details.entry;
    let mut facts = vec![
        ("scope", entry.id().scope().to_owned()),
        ("key", entry.id().key().to_owned()),
        ("state", state(entry.state).to_owned()),
        ("runs", entry.runs.to_string()),
        ("token", entry.token.to_string()),
        ("claimed", ago(entry)),
        ("left", time(entry.left)),
    ];
    for (name, bytes) in details.steps.iter() {
        facts.push((
            "step",
            if result {
                format!("{}: {}", quoted(name), Value::from(String::from_utf8_lossy(bytes)))
            } else {
                quoted(name)
            },
        ));
    }
    if let Some(bytes) = &details.result {
        facts.push(("result", if result { outcome(bytes).to_string() } else { format!("{} bytes", bytes.len()) }));
    }
    facts.iter().fold(String::new(), |mut text, (fact, value)| {
        let _ = writeln!(text, "{fact:8} {value}");
        text
    })
}

pub(crate) fn show_json(details: &KeyDetails, result: bool) -> String {
    let mut object = object(&details.entry, true);
    let steps = details.steps.iter();
    if result {
        object["result"] = details.result.as_deref().map_or(Value::Null, outcome);
        object["steps"] =
            steps.map(|(name, bytes)| json!({ "name": name, "result": String::from_utf8_lossy(bytes) })).collect();
    } else {
        object["steps"] = steps.map(|(name, _)| name).collect();
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
        "result_bytes": entry.result_bytes,
        "steps_bytes": entry.steps_bytes,
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
        Some((StoredOutcome::Response(_), _)) => response(bytes),
        Some((StoredOutcome::Bytes(bytes), _)) => json!({ "bytes": hex(bytes) }),
        _ => json!({ "bytes": hex(bytes) }),
    }
}

/// Returns a recorded response as JSON. A body that is not text is in hexadecimal.
fn response(bytes: &[u8]) -> Value {
    let Some(response) = StoredResponse::decode(bytes) else { return json!({ "bytes": hex(bytes) }) };
    let headers: Vec<_> =
        response.headers().map(|(name, value)| format!("{name}: {}", String::from_utf8_lossy(value))).collect();
    let body = response.body().map(|body| match std::str::from_utf8(body) {
        Ok(text) => json!(text),
        Err(_) => json!({ "bytes": hex(body) }),
    });
    json!({ "response": { "status": response.status(), "headers": headers, "body": body } })
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

/// Quotes the name of a step, which may be any text.
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
