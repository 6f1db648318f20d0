//! The words of a picture.

use core::ops::RangeInclusive;
use core::time::Duration;
use std::string::{String, ToString};
use std::vec::Vec;
use std::{format, vec};

use retry_core::display::Time;
use retry_core::units;

use crate::review::Reviewed;
use crate::review::picture::rows::grouped;
use crate::review::picture::schedule::{Attempt, Rest, Schedule};
use crate::review::reviewed::End;

/// A time with four digits that count; in minutes and seconds, or in hours and minutes, from two minutes on.
pub(super) fn short(time: Duration) -> String {
    const MINUTE: u64 = 60;
    match time.as_secs().saturating_add(u64::from(time.subsec_millis() >= 500)) {
        seconds if seconds >= 60 * MINUTE => parts(seconds.saturating_add(MINUTE / 2) / MINUTE, "h", "m"),
        seconds if seconds >= 2 * MINUTE => parts(seconds, "m", "s"),
        _ => Time(four_digits(units::from(time))).to_string(),
    }
}

/// A number of small units, sixty of which are a great one.
fn parts(count: u64, great: &str, small: &str) -> String {
    let (whole, rest) = (count / 60, count % 60);
    if rest == 0 { format!("{whole}{great}") } else { format!("{whole}{great} {rest}{small}") }
}

fn four_digits(count: u64) -> u64 {
    let mut unit = 1;
    while count / unit >= 10_000 {
        unit *= 10;
    }
    (count / unit + u64::from(count % unit * 2 >= unit)) * unit
}

/// The backoff and its jitter, as they are written.
pub(super) fn waits(of: Reviewed) -> String {
    let Some(policy) = of.policy() else { return String::new() };
    let (backoff, jitter) = policy.schedule();
    let throttled = if of.may_be_throttled() {
        format!(", after throttling {}", policy.after_throttling().0)
    } else {
        String::new()
    };
    format!("backoff {backoff}{throttled}, jitter {jitter}")
}

/// What ends a call.
pub(super) fn bounds(of: Reviewed, schedule: &Schedule) -> String {
    let worst = of.worst();
    let attempts =
        schedule.most.map_or_else(|| "any number of attempts".into(), |most| format!("at most {most} attempts"));
    let mut words = vec![attempts];
    words.extend(worst.waiting.map(|waiting| format!("{} of waiting", short(waiting))));
    words.extend(worst.time.map(|time| format!("{} in all", short(time))));
    words.extend(per_call("each attempt cut by", of.attempt_timeout()));
    words.extend(per_call("deadline", of.deadline()));
    if of.attempt_timeout() == End::Never {
        words.push("attempts without a timeout".into());
    }
    words.join(", ")
}

fn per_call(what: &str, end: End) -> Option<String> {
    if let End::PerCall(text) = end { Some(format!("{what} `{text}`")) } else { None }
}

pub(super) fn deadline(schedule: &Schedule, deadline: Duration) -> String {
    let worst = if schedule.end == deadline { ", which ends the worst case" } else { "" };
    format!("deadline {}{worst}", short(deadline))
}

/// The worst case, unless the deadline ends it, or nothing does.
pub(super) fn worst(schedule: &Schedule) -> Option<String> {
    if schedule.most.is_none() || schedule.deadline == Some(schedule.end) {
        return None;
    }
    let end = short(schedule.end);
    Some(match schedule.timeout {
        Some(_) => format!("worst case {end}"),
        None => format!("at most {end} of waiting"),
    })
}

/// The label of a row, and the smaller one below it.
pub(super) fn row(group: &[Attempt]) -> (String, String) {
    match group {
        [attempt] => (format!("attempt {}", attempt.number), attempt.wait.as_ref().map_or("at once".into(), after)),
        [first, .., last] => {
            (format!("attempts {} to {}", first.number, last.number), format!("each {}", after(&span(group))))
        }
        [] => (String::new(), String::new()),
    }
}

/// From the shortest to the longest wait of them all.
fn span(group: &[Attempt]) -> RangeInclusive<Duration> {
    let waits = || group.iter().filter_map(|attempt| attempt.wait.as_ref());
    let shortest = waits().map(|wait| *wait.start()).min().unwrap_or_default();
    shortest..=waits().map(|wait| *wait.end()).max().unwrap_or_default()
}

fn after(wait: &RangeInclusive<Duration>) -> String {
    let (shortest, longest) = (short(*wait.start()), short(*wait.end()));
    if shortest == longest { format!("wait {longest}") } else { format!("wait {shortest} to {longest}") }
}

pub(super) fn rest(schedule: &Schedule, rest: &Rest) -> (String, String) {
    let name = match rest.last {
        Some(last) if last == rest.first => format!("attempt {last}"),
        Some(last) => format!("attempts {} to {last}", rest.first),
        None => format!("attempt {} and more", rest.first),
    };
    let detail = match (rest.soonest, schedule.deadline) {
        (Some(_), _) => "only if time is left",
        (None, Some(_)) => "until the deadline",
        (None, None) => "and so on",
    };
    (name, detail.into())
}

/// The whole picture, read aloud.
pub(super) fn description(of: Reviewed, schedule: &Schedule) -> String {
    let mut sentences = vec![format!("The schedule of one call: {}; {}.", bounds(of, schedule), waits(of))];
    for group in grouped(schedule) {
        let (name, detail) = row(group);
        let latest = group.last().map(|attempt| short(attempt.begin)).unwrap_or_default();
        sentences.push(match group {
            [first] if first.wait.is_none() => "Attempt 1 begins at once.".into(),
            [_] => format!("Before {name}: {detail}; it begins {latest} after the first one at the latest."),
            _ => {
                format!("Before {name}: {detail}; the last of them begins {latest} after the first one at the latest.")
            }
        });
    }
    sentences.extend(
        schedule.rest.as_ref().map(|more| rest(schedule, more)).map(|(name, detail)| format!("Then {name}: {detail}.")),
    );
    sentences.extend(schedule.deadline.map(|after| format!("The {}.", deadline(schedule, after))));
    sentences.extend(worst(schedule).map(|words| format!("In all: {words}.")));
    sentences.join(" ")
}

pub(super) fn unknown(of: Reviewed) -> String {
    format!("Each call has a policy of its own, `{}`: its schedule is not known before it runs.", of.facts().policy)
}

/// So many letters of a text at most, its begin.
pub(super) fn first_part(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.into();
    }
    text.chars().take(most - 1).chain(['\u{2026}']).collect()
}

/// So many letters of a text at most, its end.
pub(super) fn last_part(text: &str, most: usize) -> String {
    let letters: Vec<_> = text.chars().collect();
    match letters.len().checked_sub(most) {
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
    fn what_is_too_long_is_cut() {
        assert_eq!((first_part("abc", 3), first_part("abcd", 3)), ("abc".into(), "ab\u{2026}".into()));
        assert_eq!((last_part("abc", 3), last_part("abcd", 3)), ("abc".into(), "\u{2026}cd".into()));
    }
}
