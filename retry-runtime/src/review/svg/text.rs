//! Text of the chart.

use core::ops::RangeInclusive;
use core::time::Duration;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

use retry_core::display::Time;
use retry_core::units;

use crate::review::reviewed::{InLine, ReviewedOperation, TimeLimit};
use crate::review::svg::schedule::{Attempt, Rest, Schedule, grouped};

/// Formats a time with four significant digits.
///
/// From two minutes on, formats minutes and seconds, or hours and minutes.
pub(super) fn short(time: Duration) -> String {
    const MINUTE: u64 = 60;
    match time.as_secs().saturating_add(u64::from(time.subsec_millis() >= 500)) {
        seconds if seconds >= 60 * MINUTE => parts(seconds.saturating_add(MINUTE / 2) / MINUTE, "h", "m"),
        seconds if seconds >= 2 * MINUTE => parts(seconds, "m", "s"),
        _ => Time(four_digits(units::from(time))).to_string(),
    }
}

/// Formats a number of small units, sixty of which are a large one.
fn parts(count: u64, large: &str, small: &str) -> String {
    let (whole, rest) = (count / 60, count % 60);
    if rest == 0 { format!("{whole}{large}") } else { format!("{whole}{large} {rest}{small}") }
}

fn four_digits(count: u64) -> u64 {
    let mut unit = 1;
    while count / unit >= 10_000 {
        unit *= 10;
    }
    (count / unit + u64::from(count % unit * 2 >= unit)) * unit
}

/// Describes backoff and jitter, in the syntax of the attribute.
pub(super) fn delays(operation: ReviewedOperation) -> String {
    let Some(policy) = operation.policy() else { return String::new() };
    let (backoff, jitter) = (policy.get_backoff(), policy.get_jitter());
    let throttled = if operation.may_be_throttled() {
        format!(", after throttling {}", policy.get_throttled_backoff())
    } else {
        String::new()
    };
    format!("backoff {backoff}{throttled}, jitter {jitter}")
}

/// Describes the bounds of a call.
pub(super) fn bounds(operation: ReviewedOperation, schedule: &Schedule) -> String {
    let worst = operation.worst_case();
    let attempts =
        schedule.max_attempts.map_or_else(|| "unbounded attempts".into(), |max| format!("at most {max} attempts"));
    let mut parts = vec![attempts];
    parts.extend(worst.delays.map(|delays| format!("{} of delays", short(delays))));
    parts.extend(worst.time.map(|time| format!("{} in total", short(time))));
    parts.extend(per_call("attempt timeout", operation.attempt_timeout()));
    parts.extend(operation.attempt_timeouts().map(|timeouts| format!("attempt timeout {timeouts}")));
    parts.extend(per_call("deadline", operation.deadline()));
    if operation.attempt_timeout() == TimeLimit::Unlimited {
        parts.push("no attempt timeout".into());
    }
    parts.join(", ")
}

fn per_call(name: &str, limit: TimeLimit) -> Option<String> {
    if let TimeLimit::PerCall(text) = limit { Some(format!("{name} `{text}`")) } else { None }
}

/// Describes the longest time in line; `None` if no call waits.
pub(super) fn in_line(operation: ReviewedOperation) -> Option<String> {
    match operation.in_line() {
        InLine::Never => None,
        InLine::UpTo(longest) => {
            Some(format!("and up to {} in line for the budget while the service answers", short(longest)))
        }
        InLine::PerCall(budget) => Some(format!("and time in line for the budget `{budget}`, up to its longest wait")),
    }
}

/// Describes the deadline.
pub(super) fn deadline(schedule: &Schedule, deadline: Duration) -> String {
    let worst = if schedule.end == deadline { ", which ends the worst case" } else { "" };
    format!("deadline {}{worst}", short(deadline))
}

/// Describes the end of the worst case.
///
/// Returns `None` if it is the deadline, or if there is none.
pub(super) fn worst_case(schedule: &Schedule) -> Option<String> {
    if schedule.max_attempts.is_none() || schedule.deadline == Some(schedule.end) {
        return None;
    }
    let end = short(schedule.end);
    Some(match schedule.timeout {
        Some(_) => format!("worst case {end}"),
        None => format!("at most {end} of delays"),
    })
}

/// Returns the label of a row, and the smaller label below it.
pub(super) fn row(group: &[Attempt]) -> (String, String) {
    match group {
        [attempt] => {
            (format!("attempt {}", attempt.number), attempt.delay.as_ref().map_or("immediately".into(), delay))
        }
        [first, .., last] => {
            (format!("attempts {} to {}", first.number, last.number), format!("each {}", delay(&delay_range(group))))
        }
        [] => (String::new(), String::new()),
    }
}

/// Returns the shortest and the longest delay of a group.
fn delay_range(group: &[Attempt]) -> RangeInclusive<Duration> {
    let delays = || group.iter().filter_map(|attempt| attempt.delay.as_ref());
    let shortest = delays().map(|delay| *delay.start()).min().unwrap_or_default();
    shortest..=delays().map(|delay| *delay.end()).max().unwrap_or_default()
}

fn delay(range: &RangeInclusive<Duration>) -> String {
    let (shortest, longest) = (short(*range.start()), short(*range.end()));
    if shortest == longest { format!("delay {longest}") } else { format!("delay {shortest} to {longest}") }
}

/// Returns the labels of the row of remaining attempts.
pub(super) fn rest(schedule: &Schedule, rest: &Rest) -> (String, String) {
    let name = match rest.last {
        Some(last) if last == rest.first => format!("attempt {last}"),
        Some(last) => format!("attempts {} to {last}", rest.first),
        None => format!("attempt {} and later", rest.first),
    };
    let detail = match (rest.earliest, schedule.deadline) {
        (Some(_), _) => "only if time is left",
        (None, Some(_)) => "until the deadline",
        (None, None) => "and so on",
    };
    (name, detail.into())
}

/// Describes the whole chart for screen readers.
pub(super) fn description(operation: ReviewedOperation, schedule: &Schedule) -> String {
    let mut sentences =
        vec![format!("The schedule of one call: {}; {}.", bounds(operation, schedule), delays(operation))];
    for group in grouped(schedule) {
        let (name, detail) = row(group);
        let latest = group.last().map(|attempt| short(attempt.start)).unwrap_or_default();
        sentences.push(match group {
            [first] if first.delay.is_none() => "Attempt 1 starts immediately.".into(),
            [_] => format!("Before {name}: {detail}; it starts at most {latest} after the first one."),
            _ => {
                format!("Before {name}: {detail}; the last of them starts at most {latest} after the first one.")
            }
        });
    }
    sentences.extend(
        schedule.rest.as_ref().map(|more| rest(schedule, more)).map(|(name, detail)| format!("Then {name}: {detail}.")),
    );
    sentences.extend(schedule.deadline.map(|after| format!("The {}.", deadline(schedule, after))));
    sentences.extend(worst_case(schedule).map(|text| format!("In total: {text}.")));
    sentences.extend(in_line(operation).map(|text| format!("Not drawn: {}.", text.trim_start_matches("and "))));
    sentences.join(" ")
}

/// Describes an operation whose calls have a policy of their own each.
pub(super) fn unknown(operation: ReviewedOperation) -> String {
    format!(
        "Each call has a policy of its own, `{}`: the schedule is unknown before the call.",
        operation.facts().policy
    )
}

/// Truncates the end of a text to `max` characters.
pub(super) fn truncate_end(text: &str, max: usize) -> String {
    if text.chars().count() <= max {
        return text.into();
    }
    text.chars().take(max - 1).chain(['\u{2026}']).collect()
}

/// Truncates the start of a text to `max` characters.
pub(super) fn truncate_start(text: &str, max: usize) -> String {
    let letters: Vec<_> = text.chars().collect();
    match letters.len().checked_sub(max) {
        None | Some(0) => text.into(),
        Some(more) => ['\u{2026}'].iter().chain(&letters[more + 1..]).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short() {
        let times = [
            (0, "0s"),
            (12_345_678, "12.35ms"),
            (999_999_999, "1s"),
            (7_999_000_000, "7.999s"),
            (119_990_000_000, "2m"),
            (119_499_000_000, "119.5s"),
            (120_000_000_000, "2m"),
            (1_335_900_000_000, "22m 16s"),
            (3_599_600_000_000, "1h"),
            (86_430_000_000_000, "24h 1m"),
        ];
        for (nanos, text) in times {
            assert_eq!(short(Duration::from_nanos(nanos)), text);
        }
        assert_eq!(short(Duration::MAX), "5124095576030431h");
    }

    #[test]
    fn long_texts_are_truncated() {
        assert_eq!((truncate_end("abc", 3), truncate_end("abcd", 3)), ("abc".into(), "ab\u{2026}".into()));
        assert_eq!((truncate_start("abc", 3), truncate_start("abcd", 3)), ("abc".into(), "\u{2026}cd".into()));
    }
}
