//! Options that a file cannot set, and what to write instead.

use std::format;
use std::string::String;

use crate::settings::content::Format;
use crate::settings::entry::Section;
use crate::settings::other_libraries::setting;

/// Message for a key that is an option of the attribute and not a setting.
pub(super) fn key(format: Format, section: Section, key: &str) -> Option<String> {
    let message = match key {
        "retry_on" | "except" | "retry_if" | "retry_ok" | "nested" => {
            format!("`{key}` is set in code, because it depends on the error; remove it")
        }
        "breaker" if section == Section::Operations => {
            "a breaker has a section of its own; write `consecutive` or `open_for` under its name in `breakers`".into()
        }
        "rate_limit" if section == Section::Operations => {
            "a rate limit has a section of its own; write `limit` under its name in `rate_limits`".into()
        }
        _ => return option(format, key),
    };
    Some(message)
}

/// Message for a section that is named after such an option.
pub(super) fn section(format: Format, name: &str) -> Option<String> {
    option(format, name)
}

fn option(format: Format, name: &str) -> Option<String> {
    let setting = |key, value| setting(format, key, value);
    Some(match name {
        "up_to" | "limits" | "class_limits" => format!(
            "`{name}`: a limit by class is a part of `retry_on`, which is set in code; write `{}` or `{}`, which limit the whole call",
            setting("max_attempts", "5"),
            setting("deadline", "10s"),
        ),
        "hedge" | "hedges" | "hedging" => format!(
            "`{name}` is set in code, because the function must allow two attempts at once; write `hedge = p95` in its attribute, or `{}` here to turn it off with the retries",
            setting("enabled", "false"),
        ),
        "pace" | "paces" => format!(
            "`{name}` is set in code, because a call that it ends needs `From<Stopped>`; write `pace = NAME` in the attribute, and `{}` here for the longest hold",
            setting("max_retry_after", "30s"),
        ),
        "concurrency" | "concurrencies" | "concurrency_limits" => format!(
            "`{name}` is set in code, because a call that it ends needs `From<Stopped>`; write `concurrency = &LIMIT` in the attribute, with a `static LIMIT: LazyLock<Concurrency>` that reads the number",
        ),
        _ => return None,
    })
}
