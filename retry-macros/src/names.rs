//! The names that an attribute may use, and what to say about others.

/// Every option, as it is written.
pub(crate) const OPTIONS: &[&str] = &[
    "retry_on",
    "except",
    "retry_if",
    "retry_ok",
    "max_attempts",
    "backoff",
    "jitter",
    "throttled_backoff",
    "max_retry_after",
    "deadline",
    "attempt_timeout",
    "cancel",
    "budget",
    "breaker",
    "limit",
    "nested",
    "context",
    "clone",
    "on_retry",
    "fallback",
    "name",
    "policy",
    "crate",
];

pub(crate) const CLASSES: &[&str] =
    &["Timeout", "Connect", "Disconnected", "Throttled", "Unavailable", "Conflict", "Malformed"];

/// The words for an option that there is not; `value` is what was written after `=`.
pub(crate) fn unknown_option(name: &str, value: &str) -> String {
    if let Some(ours) = foreign(name, value) {
        return format!("unknown option `{name}`; write `{ours}`");
    }
    if name == "transient" || name == "Status" || CLASSES.contains(&name) {
        return format!(
            "`{name}` is a class and no option; put several into parentheses, as in `retry_on = (Timeout, Connect)`"
        );
    }
    match nearest(name, OPTIONS) {
        Some(near) => format!("unknown option `{name}`; write `{near}`"),
        None => format!("unknown option `{name}`; the options are {}", listed(OPTIONS)),
    }
}

/// How we spell an option of another library.
fn foreign(name: &str, value: &str) -> Option<String> {
    let value = if value.is_empty() { ".." } else { value };
    Some(match name {
        "tries" | "attempts" | "max_tries" | "stop_after_attempt" => format!("max_attempts = {value}"),
        "max_retries" | "retries" | "times" | "max_retry" | "num_retries" => match value.parse::<u32>() {
            Ok(retries) => format!("max_attempts = {}", retries.saturating_add(1)),
            Err(_) => {
                "max_attempts = ..` with one more, since it counts the first attempt, as in `max_attempts = 3".into()
            }
        },
        "delay" | "wait" | "interval" | "sleep" | "wait_fixed" | "fixed" => format!("backoff = fixed({value})"),
        "exponential" | "exponential_backoff" | "initial_delay" | "min_delay" | "base" | "min_backoff" => {
            format!("backoff = exp({value}, 10s)")
        }
        "max_delay" | "max_backoff" | "max_interval" | "cap" => format!("backoff = exp(100ms, {value})"),
        "factor" | "multiplier" | "backoff_factor" => format!("backoff = exp(100ms, 10s, factor = {value})"),
        "timeout" | "per_try_timeout" | "try_timeout" => format!("attempt_timeout = {value}"),
        "stop" | "max_elapsed_time" | "max_elapsed" | "total_timeout" | "total_delay" | "stop_after_delay"
        | "max_duration" => {
            format!("deadline = {value}")
        }
        "when" | "condition" | "predicate" | "if" | "retry_when" => format!("retry_if = {value}"),
        "retry" | "on" | "retry_for" | "exceptions" => format!("retry_on = {value}"),
        "notify" | "before_sleep" | "after" | "on_error" => format!("on_retry = {value}"),
        _ => return None,
    })
}

/// The name that is near enough to have been meant.
pub(crate) fn nearest<'a, S: AsRef<str>>(name: &str, names: &'a [S]) -> Option<&'a str> {
    let lower = name.to_lowercase();
    names
        .iter()
        .map(AsRef::as_ref)
        .map(|candidate: &str| (distance(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
        .or_else(|| half_typed(&lower, names))
}

/// The name that begins so.
fn half_typed<'a, S: AsRef<str>>(begin: &str, names: &'a [S]) -> Option<&'a str> {
    names.iter().map(AsRef::as_ref).find(|name: &&str| begin.len() > 2 && name.to_lowercase().starts_with(begin))
}

pub(crate) fn listed(names: &[&str]) -> String {
    let quoted: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

/// The edits between two names: insertions, deletions, substitutions (Levenshtein, one row).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<_> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = i;
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
