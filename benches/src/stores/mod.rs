//! Pairs of a claim and its finish a second, in each store of idempotency keys; for those on a server or a disk beside
//! the least that any store there must do, in the same run.

mod load;
mod memory;
pub(crate) mod postgres;
pub(crate) mod redis;
mod sqlite;

use std::process;

use tokio::runtime::Builder;

use crate::Outcome;

pub(crate) use self::load::{median, new_key};

const CALLERS: [usize; 3] = [1, 16, 64];
/// Number of keys that are stored before the run.
const FEW: usize = 1000;

/// Runs the stores of these names, or all, with at most this many keys stored.
pub(crate) fn print(arguments: &[&str]) -> Outcome {
    let mut keys = 1_000_000;
    let mut names = Vec::new();
    for argument in arguments {
        match argument.strip_prefix("keys=") {
            Some(number) => keys = number.parse()?,
            None if ["memory", "sqlite", "redis", "postgres"].contains(argument) => names.push(*argument),
            None => return Err(format!("no store `{argument}`; write `memory`, `sqlite`, `redis`, `postgres`").into()),
        }
    }
    let is_asked = |name: &str| names.is_empty() || names.contains(&name);
    println!("pairs of a claim and its finish a second, with results of 200 bytes: medians of {} rounds", load::ROUNDS);
    let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        if is_asked("memory") {
            memory::print(keys).await?;
        }
        if is_asked("sqlite") {
            sqlite::print(keys).await?;
        }
        if is_asked("redis") {
            redis::print(keys.min(1_000_000)).await?;
        }
        if is_asked("postgres") {
            postgres::print(keys).await?;
        }
        Ok(())
    })
}

/// A name that no other run has.
pub(crate) fn own_name() -> String {
    format!("retry_bench_{}", process::id())
}
