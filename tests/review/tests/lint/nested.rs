//! Attempts that `nested = retry` adds; each printed number equals the one of a run.

use std::cell::Cell;
use std::io;

use retry_runtime::retry;

use super::{messages, review};

thread_local! {
    static RUNS: Cell<u32> = const { Cell::new(0) };
}

fn fail() -> io::Result<()> {
    RUNS.set(RUNS.get() + 1);
    Err(io::ErrorKind::TimedOut.into())
}

mod layers {
    use super::*;

    #[retry(retry_on = Timeout, max_attempts = 3, backoff = none, budget = none, nested = retry)]
    pub(super) fn two() -> io::Result<()> {
        leaf()
    }

    #[retry(retry_on = Timeout, max_attempts = 5, backoff = none, budget = none, nested = retry)]
    pub(super) fn three() -> io::Result<()> {
        two()
    }

    #[retry(retry_on = Timeout, max_attempts = 6, backoff = none, budget = none)]
    pub(super) fn stops() -> io::Result<()> {
        leaf()
    }

    #[retry(retry_on = Timeout, max_attempts = 2, backoff = none, budget = none, nested = retry)]
    pub(super) fn over_one_that_stops() -> io::Result<()> {
        stops()
    }

    #[retry(retry_on = Timeout, max_attempts = 4, backoff = none, budget = none)]
    pub(super) fn leaf() -> io::Result<()> {
        fail()
    }
}

fn words(way: &str, below: &str) -> String {
    format!(
        "`nested = retry` retries it although {way} has given up: a service that is down gets {below}; remove \
         `nested = retry` [RetriesNested]"
    )
}

#[test]
fn the_attempts_of_layers_are_reported() {
    let expected = [
        format!("over_one_that_stops: {}", words("`stops`", "7 attempts of `stops` instead of 6")),
        format!("three: {}", words("`two`, which calls `leaf`,", "10 attempts of `leaf` instead of 4")),
        format!("two: {}", words("`leaf`", "6 attempts of `leaf` instead of 4")),
    ];
    assert_eq!(messages(&review("nested::layers").lint()), expected);
}

#[test]
fn reported_attempts_are_those_of_a_run() {
    let runs = |call: fn() -> io::Result<()>| {
        RUNS.set(0);
        call().unwrap_err();
        RUNS.get()
    };
    assert_eq!(runs(layers::leaf), 4);
    assert_eq!(runs(layers::two), 6);
    assert_eq!(runs(layers::three), 10);
    assert_eq!(runs(layers::stops), 4);
}

mod unbounded {
    use super::*;

    #[retry(retry_on = Timeout, max_attempts = unbounded, backoff = fixed(1s), jitter = none, deadline = 10500ms, nested = retry)]
    pub(super) fn outer() -> io::Result<()> {
        leaf()
    }

    #[retry(retry_on = Timeout, max_attempts = 3, backoff = none, budget = none)]
    pub(super) fn leaf() -> io::Result<()> {
        fail()
    }

    #[retry(retry_on = Timeout, max_attempts = 2, nested = retry)]
    pub(super) fn over_no_bound() -> io::Result<()> {
        endless()
    }

    #[retry(retry_on = Timeout, max_attempts = unbounded, backoff = fixed(1s), cancel = || false)]
    pub(super) fn endless() -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn unbounded_attempts_are_reported() {
    let expected = [format!("outer: {}", words("`leaf`", "unbounded attempts of `leaf`, 3 at a time"))];
    assert_eq!(messages(&review("nested::unbounded").lint()), expected);

    let _clock = retry_runtime::testing::pause();
    RUNS.set(0);
    unbounded::outer().unwrap_err();
    assert_eq!(RUNS.get(), 11 * 3);
}

mod cycles {
    use super::*;

    #[retry(retry_on = Timeout, max_attempts = 2, nested = retry)]
    pub(super) fn even(number: u32) -> io::Result<()> {
        if number == 0 { Ok(()) } else { odd(number - 1) }
    }

    #[retry(retry_on = Timeout, max_attempts = 3, nested = retry)]
    pub(super) fn odd(number: u32) -> io::Result<()> {
        if number == 0 { Err(io::ErrorKind::InvalidInput.into()) } else { even(number - 1) }
    }

    #[retry(retry_on = Timeout, nested = retry)]
    pub(super) fn around(number: u32) -> io::Result<()> {
        if number == 0 { Ok(()) } else { around(number - 1) }
    }
}

#[test]
fn cycles_end() {
    let expected = [
        format!("even: {}", words("`odd`", "4 attempts of `odd` instead of 3")),
        format!("odd: {}", words("`even`", "4 attempts of `even` instead of 2")),
    ];
    assert_eq!(messages(&review("nested::cycles").lint()), expected);
}

mod plain {
    use super::*;

    #[retry(retry_on = Timeout)]
    pub(super) fn outer() -> io::Result<()> {
        inner()
    }

    #[retry(retry_on = Timeout, nested = retry)]
    pub(super) fn inner() -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn layers_without_nested_retry_pass() {
    review("nested::plain").lint().assert_none();
}

/// Twenty functions that all call each other: more paths than the search follows.
macro_rules! crowd {
    ($($name:ident)*) => {
        mod crowd {
            use super::*;
            $(
                #[retry(retry_on = Timeout, max_attempts = 2, nested = retry)]
                pub(super) fn $name() -> io::Result<()> {
                    all()
                }
            )*

            fn all() -> io::Result<()> {
                $($name()?;)*
                Ok(())
            }
        }

        const CROWD: &[&str] = &[$(concat!("lint::nested::crowd::", stringify!($name))),*];
    };
}

crowd!(a b c d e f g h i j k l m n o p q r s t);

#[test]
fn the_search_is_bounded() {
    let mut review = review("nested::crowd");
    for outer in CROWD {
        for inner in CROWD {
            review = review.calls(outer, inner);
        }
    }
    assert_eq!(review.lint().iter().count(), 20 * 19);
}
