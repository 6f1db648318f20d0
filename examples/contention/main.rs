//! Jitter among clients that compete for one object: an experiment of 2015, with our own backoff and jitter.
//!
//! Clients read an object with its version, and write it back; a write succeeds only if nobody else wrote since, as in
//! optimistic locking. All of them start at the same moment, so at first nearly all collide (`model.rs`, the place to
//! start reading). Five schedules say how long to wait after a conflict (`schedule.rs`). The time is virtual: hours of
//! waiting take seconds.
//!
//! ```text
//! cargo run --release --example contention
//! cargo run --release --example contention -- --seed 7 --runs 20 --clients 100
//! cargo run --release --example contention -- --svg contention.svg
//! cargo run --release --example contention -- --json
//! ```
//!
//! The experiment is that of the AWS Architecture Blog, 'Exponential Backoff And Jitter' (2015), with the numbers of
//! its published simulator, `aws-samples/aws-arch-backoff-simulator`: hops of |N(10 ms, 2 ms)|, a backoff of 5 ms times
//! 2^k up to 2 s after conflict k, means of 100 runs. The blog found that
//!
//! - without backoff the work grows with the square of the clients;
//! - exponential backoff without jitter is the loser: more work than with any jitter, and far more time;
//! - full jitter cuts the work of 100 clients to less than half of that;
//! - full and equal jitter need about as much work, and equal more time; decorrelated needs more work.
//!
//! So do we. Seed 1, 100 clients, where each has to write at least once:
//!
//! | schedule | seconds | writes |
//! |---|---|---|
//! | no backoff | 2.04 | 2432 |
//! | no jitter | 63.35 | 1851 |
//! | equal jitter | 6.66 | 812 |
//! | full jitter | 4.86 | 796 |
//! | decorrelated | 4.28 | 1003 |
//!
//! No backoff is the fastest here only because the object answers any number of clients as fast as one.
//!
//! A last table is about a server's hint (`fleet.rs`): 1,000 clients that a service of 50 calls per second sends away for
//! 30 s return as one herd, unless jitter comes above the hint. Seed 1:
//!
//! | return | served | peak | rejected per call |
//! |---|---|---|---|
//! | at the hint (jitter = none) | 29.0 % | 21.8 | 2.42 |
//! | above the hint (jitter = full) | 100.0 % | 2.4 | 1.00 |

mod args;
mod experiment;
mod fleet;
mod model;
mod network;
mod report;
mod schedule;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use retry_examples::output::{finish, print, refuse};

use crate::args::{Args, Request};

fn main() -> ExitCode {
    match args::parse(lexopt::Parser::from_env()) {
        Ok(Request::Run(args)) => finish(run(&args)),
        Ok(Request::Help) => finish(print(args::HELP)),
        Err(fault) => refuse(&fault),
    }
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let report = experiment::run(args);
    if args.json {
        print(&(serde_json::to_string_pretty(&report)? + "\n"))?;
    } else {
        print(&report::text(&report))?;
    }
    if let Some(file) = &args.svg {
        write(file, &report::svg(&report))?;
    }
    Ok(())
}

/// Says on stderr where the picture is, so that `--json` stays JSON.
fn write(file: &Path, picture: &str) -> Result<(), Box<dyn Error>> {
    fs::write(file, picture).map_err(|error| format!("`{}` cannot be written: {error}", file.display()))?;
    eprintln!("picture: {}", file.display());
    Ok(())
}
