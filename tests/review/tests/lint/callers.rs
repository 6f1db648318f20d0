//! Longest times of functions, against the limits of their callers.

use std::io;
use std::time::Duration;

use retry_runtime::retry;
use retry_runtime::review::{Review, Rule};

use super::{messages, review};

mod timeouts {
    use super::*;

    #[retry(retry_on = transient, attempt_timeout = 3s)]
    pub(super) async fn shorter() -> io::Result<()> {
        inner().await
    }

    #[retry(retry_on = transient, attempt_timeout = 4s)]
    pub(super) async fn equal() -> io::Result<()> {
        inner().await
    }

    #[retry(retry_on = transient, attempt_timeout = 4001ms)]
    pub(super) async fn longer() -> io::Result<()> {
        inner().await
    }

    #[retry(retry_on = transient, attempt_timeout = 8s, deadline = 1m)]
    pub(super) async fn before_the_deadline() -> io::Result<()> {
        inner().await
    }

    #[retry(retry_on = transient, attempt_timeout = 10s, deadline = 1m)]
    pub(super) async fn long_enough() -> io::Result<()> {
        inner().await
    }

    #[retry(retry_on = Timeout, max_attempts = 2, backoff = fixed(1s), attempt_timeout = 4s)]
    pub(super) async fn inner() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = Timeout, attempt_timeout = 4s)]
    pub(super) async fn around(depth: u32) -> io::Result<()> {
        if depth == 0 { Ok(()) } else { Box::pin(around(depth - 1)).await }
    }
}

#[test]
fn a_caller_that_times_out_first_leaves_no_retry() {
    let cut = |name: &str, after: &str| {
        format!(
            "inner: its attempts time out after 4s, but an attempt of `{name}`, which calls it, times out after {after}: no retry \
             can follow; write an `attempt_timeout` below {after} here, or a longer one there [TimeoutOfCaller]"
        )
    };
    let longer = |name: &str, after: &str, last: &str| {
        format!(
            "inner: it may take 9s, but {after} is the attempt timeout of `{name}`, which calls it: {last}; shorten its delays or \
             attempts, or allow `{name}` more than 9s [DeadlineOfCaller]"
        )
    };
    let expected = [
        longer("before_the_deadline", "8s", "attempt 2 may be cut short"),
        cut("equal", "4s"),
        longer("longer", "4.001s", "attempt 1 of 2 may be the last that starts"),
        cut("shorter", "3s"),
    ];
    assert_eq!(messages(&review("callers::timeouts").lint()), expected);
}

mod deadlines {
    use super::*;

    /// The worst case of `cut`: 3 * 2s + 2 * 1s.
    #[retry(retry_on = Timeout, deadline = 8s)]
    pub(super) fn enough() -> io::Result<()> {
        drop(cut());
        Ok(())
    }

    #[retry(retry_on = Timeout, deadline = 7999ms)]
    pub(super) fn cuts_the_last() -> io::Result<()> {
        drop(cut());
        Ok(())
    }

    /// The start of attempt 3.
    #[retry(retry_on = Timeout, deadline = 6s)]
    pub(super) fn two_begin() -> io::Result<()> {
        drop(cut());
        Ok(())
    }

    #[retry(retry_on = Timeout, deadline = patience)]
    pub(super) fn of_each_call(patience: Duration) -> io::Result<()> {
        let _ = patience;
        drop(cut());
        Ok(())
    }

    #[retry(retry_on = Timeout, max_attempts = 3, backoff = fixed(1s), attempt_timeout = 2s)]
    pub(super) async fn cut() -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn the_last_attempt_that_starts_is_named() {
    let words = |name: &str, after: &str, last: &str| {
        format!(
            "cut: it may take 8s, but {after} is the deadline of `{name}`, which calls it: {last}; shorten its delays or \
             attempts, or allow `{name}` more than 8s [DeadlineOfCaller]"
        )
    };
    let expected = [
        words("cuts_the_last", "7.999s", "attempt 3 may be cut short"),
        words("two_begin", "6s", "attempt 2 of 3 may be the last that starts"),
    ];
    assert_eq!(messages(&review("callers::deadlines").lint()), expected);
}

mod delays {
    use super::*;

    /// The delays of `uncut`: 1s + 2s + 4s.
    #[retry(retry_on = Timeout, deadline = 7s)]
    pub(super) fn enough() -> io::Result<()> {
        uncut()
    }

    #[retry(retry_on = Timeout, deadline = 6s)]
    pub(super) fn too_short() -> io::Result<()> {
        uncut()?;
        endless()
    }

    #[retry(retry_on = Timeout, max_attempts = 4, backoff = exp(1s, 1m))]
    pub(super) fn uncut() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = Timeout, max_attempts = unbounded, backoff = fixed(1s), deadline = 10s)]
    pub(super) fn endless() -> io::Result<()> {
        Ok(())
    }

    /// After more attempts than the lint considers.
    #[retry(retry_on = Timeout, deadline = 50m)]
    pub(super) fn much_too_short() -> io::Result<()> {
        for_an_hour()
    }

    #[retry(retry_on = Timeout, max_attempts = unbounded, backoff = fixed(1s), deadline = 1h)]
    pub(super) fn for_an_hour() -> io::Result<()> {
        Ok(())
    }

    /// Its own deadline is earlier.
    #[retry(retry_on = Timeout, deadline = 9s)]
    pub(super) fn later_end() -> io::Result<()> {
        ends_before()
    }

    #[retry(retry_on = Timeout, max_attempts = 10, backoff = fixed(5s), deadline = 9s)]
    pub(super) fn ends_before() -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn delays_count_without_an_attempt_timeout() {
    let expected = [
        "endless: it may wait 10s between its attempts, but 6s is the deadline of `too_short`, which calls it: attempt 6 may be \
         the last that starts; shorten its delays or attempts, or allow `too_short` more than 10s [DeadlineOfCaller]",
        "for_an_hour: it may wait 1h between its attempts, but 50m is the deadline of `much_too_short`, which calls it: it may \
         end early; shorten its delays or attempts, or allow `much_too_short` more than 1h [DeadlineOfCaller]",
        "uncut: it may wait 7s between its attempts, but 6s is the deadline of `too_short`, which calls it: attempt 3 of 4 may be \
         the last that starts; shorten its delays or attempts, or allow `too_short` more than 7s [DeadlineOfCaller]",
    ];
    assert_eq!(messages(&review("callers::delays").lint()), expected);
}

mod names {
    use super::*;

    #[retry(retry_on = Timeout, deadline = 1s)]
    pub(super) fn near() -> io::Result<()> {
        slow()
    }

    #[retry(retry_on = Timeout, max_attempts = 2, backoff = fixed(2s))]
    pub(super) fn slow() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = Timeout, max_attempts = 2, backoff = fixed(2s), deadline = 3s)]
    pub(super) fn around(depth: u32) -> io::Result<()> {
        if depth == 0 { Ok(()) } else { around(depth - 1) }
    }

    pub(super) mod there {
        use super::*;

        #[retry(retry_on = Timeout, deadline = 1s)]
        pub(crate) fn far() -> io::Result<()> {
            slow()?;
            between()
        }

        fn between() -> io::Result<()> {
            around(1)
        }
    }

    pub(super) mod here {
        use super::*;

        #[retry(retry_on = Timeout, max_attempts = 2, backoff = fixed(3s), name = "here::slow")]
        pub(crate) fn slow() -> io::Result<()> {
            Ok(())
        }
    }
}

/// Declared calls.
fn pairs(review: &Review) -> Vec<String> {
    let found = messages(&review.lint());
    found
        .iter()
        .map(|line| {
            let caller = line.split_once("deadline of `").unwrap().1.split('`').next().unwrap();
            format!("{caller} -> {}", line.split(':').next().unwrap())
        })
        .collect()
}

#[test]
fn functions_of_the_same_module_win() {
    assert_eq!(pairs(&review("callers::names")), ["far -> slow", "near -> slow", "far -> slow"]);
    let operations: Vec<_> =
        review("callers::names").lint().iter().map(|finding| finding.operation().to_string()).collect();
    assert_eq!(operations[0], "here::slow", "another module's, where none is in the caller's");
}

#[test]
fn an_indirect_call_can_be_declared() {
    let (far, around) = ("lint::callers::names::there::far", "lint::callers::names::around");
    let declared = review("callers::names").calls(far, around);
    assert_eq!(pairs(&declared), ["far -> slow", "far -> around", "near -> slow", "far -> slow"]);
}

#[test]
fn an_unknown_declared_name_is_reported_at_its_line() {
    let review = review("callers::names").calls("names::near", "nobody");
    let lines: Vec<_> = review.lint().iter().skip(3).map(ToString::to_string).collect();
    let line = line!() - 2;
    let expected = [
        format!(
            "tests/review/tests/lint/callers.rs:{line} names::near: no operation has this name, which was passed to `calls`; write \
             `lint::callers::names::near` [UnknownOperation]"
        ),
        format!(
            "tests/review/tests/lint/callers.rs:{line} nobody: no operation has this name, which was passed to `calls`; write the \
             full name of a reviewed operation, as in `shop::quote` [UnknownOperation]"
        ),
    ];
    assert_eq!(lines, expected);
}

mod crates {
    use super::*;

    #[retry(retry_on = Timeout, deadline = 1s)]
    pub(super) fn outer() -> io::Result<u32> {
        retry_review_tests::stock(1)
    }
}

#[test]
fn a_call_into_another_crate_can_be_declared() {
    let is_reported = |review: &Review| {
        review.lint().iter().any(|finding| {
            (finding.operation(), finding.rule()) == ("retry_review_tests::stock", Rule::DeadlineOfCaller)
        })
    };
    assert!(!is_reported(&Review::all()));
    assert!(is_reported(&Review::all().calls("lint::callers::crates::outer", "retry_review_tests::stock")));
}
