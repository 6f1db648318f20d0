//! Rules that a set of classes must satisfy.
#![allow(clippy::missing_errors_doc)] // hidden, and the first line of each says it

use crate::class::{ClassLimit, Classes};
use crate::error::{self, Rule, broken};

/// Rejects a set that was given a status outside `400..=599`, or an empty range.
pub const fn classes(classes: &Classes) -> Rule {
    if classes.is_invalid() {
        return broken(
            "a failed exchange has a status from 400 to 599, the lower one of a range first; write such a status, or retry other answers with `retry_ok`",
        );
    }
    Ok(())
}

/// Returns the first permanent status of the range.
///
/// A status is permanent by its meaning in RFC 9110 and the registry of statuses.
pub const fn permanent_status(first: u16, last: u16) -> Option<u16> {
    let mut status = first;
    while status <= last && status < 500 {
        if matches!(status, 400..=407 | 410..=418 | 422 | 426 | 428 | 431 | 451) {
            return Some(status);
        }
        status += 1;
    }
    None
}

/// Rejects a range of statuses in `retry_on` if one of them is permanent.
pub const fn no_permanent(first: u16, last: u16) -> Rule {
    rejects_permanent(permanent_status(first, last).is_some())
}

/// Rejects classes of a policy if one of them is a permanent status.
pub const fn no_permanent_class(classes: &Classes) -> Rule {
    /// All permanent statuses, computed once.
    ///
    /// The compiler checks a shared policy for each function that uses it.
    const PERMANENT: Classes = {
        let mut all = Classes::new();
        let mut status = 400;
        while let Some(permanent) = permanent_status(status, 499) {
            all = all.status(permanent);
            status = permanent + 1;
        }
        all
    };
    rejects_permanent(classes.intersects(&PERMANENT))
}

const fn rejects_permanent(is_permanent: bool) -> Rule {
    if is_permanent {
        return broken(
            "this status is permanent, so a retry cannot help; list statuses such as 408, 429 or 500 to 599, or write `retry_if` for a service that differs",
        );
    }
    Ok(())
}

/// Rejects a limit outside 2 to 100 attempts.
///
/// Also rejects a time of zero or above a day.
pub const fn limit(limit: ClassLimit) -> Rule {
    match (limit.get_attempts(), limit.span()) {
        (_, Some(time)) => error::some(time.as_nanos()),
        (Some(attempts), None) => limited_attempts(attempts),
        (None, None) => Ok(()),
    }
}

const fn limited_attempts(attempts: u32) -> Rule {
    match attempts {
        2..=100 => Ok(()),
        0 => broken("a limit counts the attempts that fail as the class, so it must be at least 2; write `3`"),
        1 => broken("`up_to 1` never retries the class; write at least 2, or remove the class"),
        _ => broken("a limit must be at most 100 attempts; write a smaller number, or a time as in `up_to 60s`"),
    }
}
