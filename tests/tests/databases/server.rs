//! Where the servers are.

use std::env;
use std::error::Error;
use std::future::Future;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::FutureExt;

/// Returns the address of a server: that of the variable, or the usual one on this machine.
pub(crate) fn address(variable: &str, usual: &str) -> String {
    env::var(variable).unwrap_or_else(|_| usual.to_owned())
}

/// Returns what was connected to; `None` if no server answers, which is a failure if `CI` is set.
pub(crate) fn found<T>(connected: Result<T, impl Error>, variable: &str) -> Option<T> {
    match connected {
        Ok(connected) => Some(connected),
        Err(error) if env::var_os("CI").is_some() => panic!("no server at {variable}, and CI is set: {error}"),
        Err(error) => {
            eprintln!("skipped: no server at {variable}, or on this machine: {error}");
            None
        }
    }
}

/// Returns a name that no other test of this or another process has.
pub(crate) fn unique_name() -> String {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    format!("retry_db_{}_{}", process::id(), NUMBER.fetch_add(1, Ordering::Relaxed))
}

/// Runs a test, and then removes what it made, also if it panicked.
pub(crate) async fn with_removal(test: impl Future<Output = ()>, removal: impl Future<Output = ()>) {
    let result = AssertUnwindSafe(test).catch_unwind().await;
    removal.await;
    result.unwrap_or_else(|panic| resume_unwind(panic));
}
