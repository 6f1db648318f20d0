//! Server hints: what the headers of a response say about the next attempt.

use core::time::Duration;
use std::time::SystemTime;

use ::http::header::{DATE, RETRY_AFTER};
use ::http::{HeaderMap, HeaderName, StatusCode};

use super::hint_values::{self, Quota};
use super::text::header_text;
use crate::calls::env::clock;
use crate::calls::{has_pace, hold_pace, hold_pace_when_over};
use crate::observe::emit;
use crate::{Class, Classes, Classify, Failure};

/// Result of reading the hint of a response.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hint {
    pub(crate) delay: Option<Duration>,
    /// Name of the first header whose value, or a part of it, cannot be read.
    pub(crate) unreadable: Option<&'static str>,
}

/// Header that may contain a hint.
struct Source {
    name: &'static str,
    remaining: Remaining,
    /// Returns the delay of one element of the value.
    ///
    /// The error means that it cannot be read.
    parse: fn(&str, SystemTime) -> Result<Option<Duration>, ()>,
}

/// Place of what is left of the quota. The hint counts only if that is nothing.
enum Remaining {
    /// The hint always counts.
    Nowhere,
    /// Each value says it.
    InValue,
    /// The header of this name says it.
    ///
    /// Without it the hint counts after a failure only.
    InHeader(&'static str),
}

/// Sources in the order of their precedence.
const SOURCES: [Source; 7] = [
    Source {
        name: "retry-after-ms",
        remaining: Remaining::Nowhere,
        parse: |value, _| some(hint_values::milliseconds(value)),
    },
    Source {
        name: "x-ms-retry-after-ms",
        remaining: Remaining::Nowhere,
        parse: |value, _| some(hint_values::milliseconds(value)),
    },
    Source {
        name: "retry-after",
        remaining: Remaining::Nowhere,
        parse: |value, from| some(hint_values::delay_or_date(value, from)),
    },
    Source {
        name: "x-ratelimit-reset-after",
        remaining: Remaining::InHeader("x-ratelimit-remaining"),
        parse: |value, _| some(hint_values::seconds(value)),
    },
    Source {
        name: "x-ratelimit-reset",
        remaining: Remaining::InHeader("x-ratelimit-remaining"),
        parse: |value, from| some(hint_values::reset(value, from)),
    },
    Source { name: "ratelimit", remaining: Remaining::InValue, parse: |value, _| quota(value) },
    Source {
        name: "ratelimit-reset",
        remaining: Remaining::InHeader("ratelimit-remaining"),
        parse: |value, _| some(hint_values::seconds(value)),
    },
];

/// Response header: `true` or `false`, whether the server wants the request again.
const SHOULD_RETRY: HeaderName = HeaderName::from_static("x-should-retry");

const TRANSIENT: Classes = Classes::new().transient();

/// Returns the least delay that the headers of a failed response ask for.
///
/// The first header of this table with a value that can be read counts:
///
/// | header | value |
/// |---|---|
/// | `retry-after-ms`, `x-ms-retry-after-ms` | milliseconds |
/// | `retry-after` | seconds, or a date ([RFC 9110, section 10.2.3](https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3)) |
/// | `x-ratelimit-reset-after` | seconds, unless `x-ratelimit-remaining` is above 0 |
/// | `x-ratelimit-reset` | a date, seconds or milliseconds since 1970, or below 10^9 seconds from now, unless `x-ratelimit-remaining` is above 0 |
/// | `ratelimit` | `"name";r=0;t=30` (draft-11), or `remaining=0, reset=30` (draft-07): the seconds of a quota that is used up |
/// | `ratelimit-reset` | seconds, unless `ratelimit-remaining` is above 0 |
///
/// - A number may have a fraction; the delay is rounded up to a millisecond. Seconds beyond `u64::MAX` are `u64::MAX`.
///   White space around is ignored. A sign or an exponent is not accepted.
/// - A date has one of the three formats of HTTP. Its zone may also be `UTC`, `Z` or an offset such as `+0000`.
/// - A date is relative to the response's `Date` header, so that a client whose clock is wrong does not wait longer than the
///   server meant. Without a valid `Date` it is relative to `now`. A date in the past is a delay of zero; one ahead counts a
///   second more, because servers cut off its fraction.
/// - The longest of several values counts, in one header (`120, 60`) or in several of one name.
/// - A value that cannot be read is skipped. If the failed attempt is of an operation, the event
///   `HintUnreadable` reports it (feature `events`).
///
/// ```
/// use core::time::Duration;
/// use std::time::SystemTime;
/// use http::HeaderMap;
/// use retry_runtime::http::retry_after;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("date", "Fri, 31 Dec 1999 23:59:00 GMT".parse().unwrap());
/// headers.insert("retry-after", "Fri, 31 Dec 1999 23:59:59 GMT".parse().unwrap());
/// assert_eq!(retry_after(&headers, SystemTime::now()), Some(Duration::from_secs(60)));
///
/// headers.insert("retry-after", "1.5".parse().unwrap());
/// assert_eq!(retry_after(&headers, SystemTime::now()), Some(Duration::from_millis(1500)));
///
/// headers.insert("retry-after", "soon".parse().unwrap());
/// assert_eq!(retry_after(&headers, SystemTime::now()), None);
/// ```
pub fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    read(headers, now).delay
}

/// Returns the time until the reset of a quota of which nothing is left.
///
/// The headers may say so in any response: a service that counts requests says it with the last one that it accepts. It is `None`
/// unless the headers have both what is left, which is 0, and the time of the reset. The first row of this table that says
/// so counts; [`retry_after`] describes the values.
///
/// | left | reset |
/// |---|---|
/// | `x-ratelimit-remaining` | `x-ratelimit-reset-after` |
/// | `x-ratelimit-remaining` | `x-ratelimit-reset` |
/// | `ratelimit`, `r=0` (draft-11) or `remaining=0` (draft-07) | the same header, `t` or `reset` |
/// | `ratelimit-remaining` | `ratelimit-reset` |
///
/// [`check`](super::check), [`check_head`](super::check_head) and the classes of a response hold the
/// [pace](crate::guide::limits) of the attempt by it. With another client, pass it to [`hold_pace`].
///
/// ```
/// use core::time::Duration;
/// use std::time::SystemTime;
/// use http::HeaderMap;
/// use retry_runtime::http::quota_reset;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("x-ratelimit-reset", "30".parse().unwrap());
/// headers.insert("x-ratelimit-remaining", "1".parse().unwrap());
/// assert_eq!(quota_reset(&headers, SystemTime::now()), None);
///
/// headers.insert("x-ratelimit-remaining", "0".parse().unwrap());
/// assert_eq!(quota_reset(&headers, SystemTime::now()), Some(Duration::from_secs(30)));
/// ```
pub fn quota_reset(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    SOURCES.iter().find_map(|source| source.used_up_for(headers, now))
}

/// Holds the pace of the running attempt if nothing is left of a quota.
pub(crate) fn hold_pace_by(status: StatusCode, headers: &HeaderMap) {
    if !has_pace() {
        return;
    }
    let Some(reset) = quota_reset(headers, clock::system_time()) else { return };
    let is_rejection = Failure::new(class(status, headers)).retry_after(reset).load_rejection().is_some();
    if is_rejection { hold_pace_when_over(reset) } else { hold_pace(reset) }
}

/// Reads the hint of the headers of a failed response.
pub(crate) fn read(headers: &HeaderMap, now: SystemTime) -> Hint {
    let mut hint = Hint::default();
    for source in &SOURCES {
        if headers.contains_key(source.name) && source.is_quota_left(headers) != Some(true) {
            let (delay, is_unreadable) = source.longest(headers, now);
            if is_unreadable {
                hint.unreadable = hint.unreadable.or(Some(source.name));
            }
            if delay.is_some() {
                return Hint { delay, ..hint };
            }
        }
    }
    hint
}

impl Source {
    /// Returns whether something is left, or `None` if no header says that.
    fn is_quota_left(&self, headers: &HeaderMap) -> Option<bool> {
        let Remaining::InHeader(name) = self.remaining else { return None };
        let remaining = headers.get(name)?.to_str().ok()?;
        Some(!hint_values::milliseconds(remaining.trim())?.is_zero())
    }

    /// Returns the time for which a quota is used up, if the headers say that it is.
    fn used_up_for(&self, headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
        let is_used_up = match self.remaining {
            Remaining::Nowhere => false,
            Remaining::InValue => headers.contains_key(self.name),
            Remaining::InHeader(_) => self.is_quota_left(headers) == Some(false),
        };
        if is_used_up { self.longest(headers, now).0 } else { None }
    }

    /// Returns the longest delay, and whether a value cannot be read.
    fn longest(&self, headers: &HeaderMap, now: SystemTime) -> (Option<Duration>, bool) {
        let from = header_text(headers, &DATE).and_then(hint_values::date).unwrap_or(now);
        let (mut longest, mut is_unreadable) = (None, false);
        for value in headers.get_all(self.name) {
            let mut elements = hint_values::elements(value.to_str().unwrap_or("")).peekable();
            is_unreadable |= elements.peek().is_none();
            for element in elements {
                match (self.parse)(element, from) {
                    Ok(delay) => longest = longest.max(delay),
                    Err(()) => is_unreadable = true,
                }
            }
        }
        (longest, is_unreadable)
    }
}

fn some(delay: Option<Duration>) -> Result<Option<Duration>, ()> {
    delay.map(Some).ok_or(())
}

fn quota(value: &str) -> Result<Option<Duration>, ()> {
    match hint_values::quota(value) {
        Some(Quota::UsedUp(delay)) => Ok(Some(delay)),
        Some(Quota::Other) => Ok(None),
        None => Err(()),
    }
}

/// Returns the hint of a response.
///
/// Records what cannot be read for the event of the failed attempt, and holds its pace if nothing is left of a quota.
///
/// A response that did not fail is asked for `Retry-After` alone, because it is asked at every success.
pub(crate) fn of_response(status: StatusCode, headers: &HeaderMap) -> Option<Duration> {
    hold_pace_by(status, headers);
    if !is_failure(status) && !headers.contains_key(RETRY_AFTER) {
        return None;
    }
    let hint = read(headers, clock::system_time());
    if is_failure(status) {
        emit::hint_read(class(status, headers), hint.unreadable);
    }
    hint.delay
}

/// Returns the class of a response.
///
/// It is that of the status, unless a server wants a request again whose failure is not transient by its status.
pub(crate) fn class(status: StatusCode, headers: &HeaderMap) -> Class {
    let class = status.class();
    if !is_failure(status) || TRANSIENT.contains(class) || should_retry(headers) != Some(true) {
        return class;
    }
    match status {
        StatusCode::CONFLICT => Class::Conflict,
        _ => Class::Unavailable,
    }
}

/// Returns the value of `x-should-retry`.
pub(super) fn should_retry(headers: &HeaderMap) -> Option<bool> {
    let value = header_text(headers, &SHOULD_RETRY)?;
    [true, false].into_iter().find(|answer| value.eq_ignore_ascii_case(if *answer { "true" } else { "false" }))
}

pub(crate) fn is_failure(status: StatusCode) -> bool {
    status.is_client_error() || status.is_server_error()
}
