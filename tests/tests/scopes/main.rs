//! Scopes of tests: what calls share is fresh in each, and no test disturbs another.

mod breakers;
mod budgets;
mod observed;
mod parallel;
mod rate_limits;
mod reach;

use std::io;

/// Returns a failure that is retried.
fn timeout<T>() -> io::Result<T> {
    Err(io::ErrorKind::TimedOut.into())
}
