//! A storm of retries, and what keeps it from staying: annotated functions under `retry_runtime::storm`.
//!
//! A dependency fails for 8 s and is well again. The behaviour after that depends on how its callers retry: with loops, with
//! backoff, with jitter the services stay down for as long as the run lasts; with the defaults of `#[retry]` they are well at once.
//! Four scenes show it, each with a table, a law and a picture, and report which goals were reached.
//!
//! ```text
//! cargo run --release --example storm
//! cargo run --release --example storm -- --scene 2 --seed 7
//! cargo run --release --example storm -- --svg pictures
//! cargo run --release --example storm -- --json
//! ```
//!
//! The figures are the same every time for the same seed. To put your own functions and services in, use the feature `storm`:
//! `operations.rs` and `plan.rs` show how.
//!
//! # Figures
//!
//! Seed 1: peaks in multiples of normal while the trigger is on, and the time after it until 99 of 100 calls succeed again.
//!
//! | scenes 1 and 2 | leaf, errs / hangs | dependency | back after | batch lost |
//! |---|---|---|---|---|
//! | naive, 4 attempts | 220 / 243 | 6.2 / 4.0 | never | 0 |
//! | backoff, 3 attempts | 55 / 54 | 4.7 / 3.7 | never | 0 |
//! | + jitter | 63 / 64 | 4.7 / 3.8 | never | 0 |
//! | + budget | 1.19 / 1.18 | 1.23 / 1.24 | 0.0 s / 0.0 s | 0 |
//! | + breaker | 1.14 / 1.18 | 1.00 / 1.24 | 5.5 s / 4.5 s | 1000 |
//! | `#[retry]` | 1.00 / 1.06 | 1.14 / 1.07 | 0.0 s / 0.0 s | 0 |
//!
//! - Backoff and jitter change nothing about staying down. What decides is a law: the leaf stays down if more attempts per
//!   call reach it than its headroom, and its queue holds more than headroom x rate x timeout. Then what it takes from
//!   the queue is older than the timeout, its work is for callers who have left, and those come again.
//! - A budget alone ends that, because retries wait in line while none succeeds, and only the head of the line is tried.
//! - The same line loses no item of a batch of 1000, 50 at once, each of which fails at its first attempt. A breaker
//!   takes that batch for an outage, and loses it.
//! - Give-ups that travel keep layers from multiplying: the leaf's callers do not retry what the leaf has given up.
//! - In the second after a hang the leaf gets about 1.4 times the normal under `#[retry]`: the attempts that still hung
//!   time out, and their retries succeed. So peaks are those of the time of the trigger.
//! - A breaker costs recovery: about 5 s if give-ups do not travel, because the breakers of all layers open and each must probe;
//!   otherwise about its open time, and a second more after a hang, until the last probes time out.
//! - Processes that seldom call cannot separate an outage from a lone failure (scene 3): budget and cancellation bound the peak
//!   at about 2.6, the leaf's help at 1.1. In a hang give-ups need timeouts that are shorter inward; with equal
//!   ones the outermost is over first, and its caller sees a timeout instead of the give-up.
//!
//! # Model
//!
//! ```text
//! users -> front -> b -> c -> leaf -> dependency
//! ```
//!
//! The model is that of the page `storms`. In this example:
//!
//! - 1000 calls per second, evenly spaced, from users who do not press again and wait for 5 s. 20 instances of each service,
//!   so 50 calls per second each. An attempt times out after 1 s, at every hop.
//! - An instance of the leaf has a headroom of 1.5. It lets 1000 requests wait and works on 200 at once. The other services have no
//!   such bounds.
//! - The dependency takes 5 ms on average. From second 5 to 13 it errs or hangs. Calls come in for 30 s more.
//! - In '+ cancel' and '+ refusal' deadlines travel, under `#[retry]` deadlines and give-ups.
//! - Scene 3: 10,000 processes of 0.5 calls per second each, which retry, call the leaf: 5000 per second, 250 per instance,
//!   at the same headroom. 'inward' has timeouts of 1.2 s there and 0.25 s at the leaf. Under 'refusal' an instance of
//!   the leaf takes retries up to a tenth of the first attempts of the last second, and refuses others at no cost.
//! - Scene 4: the chain as `#[retry]` has it, with a breaker in front of every operation.
//!
//! That is kind to loops: refusing costs nothing, users do not press again, and of the services only the leaf can be
//! overloaded.

mod args;
mod draw;
mod goal;
mod operations;
mod outcome;
mod plan;
mod play;
mod report;
mod scene;
mod setup;

use std::error::Error;
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
    let outcome = play::play(args)?;
    print(&if args.json { serde_json::to_string_pretty(&outcome)? + "\n" } else { report::render(&outcome) })?;
    if let Some(folder) = &args.svg {
        for path in draw::write(&outcome, folder)? {
            eprintln!("drawn: {}", path.display());
        }
    }
    Ok(())
}
