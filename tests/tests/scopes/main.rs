//! Scopes of tests: what calls share is fresh in each, and no test disturbs another.

mod assertions;
mod breakers;
mod budgets;
mod chaos;
mod chaos_of_the_process;
mod hedges;
mod in_line;
mod observed;
mod parallel;
mod rate_limits;
mod reach;
mod scripts;
mod time;

use std::io;

/// Returns a failure that is retried.
fn timeout<T>() -> io::Result<T> {
    Err(io::ErrorKind::TimedOut.into())
}

/// Returns the message of the panic in `test`.
fn message(test: impl FnOnce()) -> String {
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(test)).expect_err("it panics");
    match caught.downcast::<String>() {
        Ok(message) => *message,
        Err(other) => other.downcast_ref::<&str>().map_or_else(String::new, |message| (*message).to_owned()),
    }
}
