//! A storm of retries, and what keeps it from staying: the production core on virtual time.
//!
//! A dependency fails for 8 s and is well again. What then happens depends on how its callers retry: with loops, with
//! backoff, with jitter the services stay down for as long as one looks; with what `#[retry]` does where nobody says
//! otherwise they are well at once. Four scenes show it, each with a table, a law and a picture, and say which goals
//! were reached.
//!
//! ```text
//! cargo run --release --example storm
//! cargo run --release --example storm -- --scene 2 --seed 7
//! cargo run --release --example storm -- --svg pictures
//! cargo run --release --example storm -- --json
//! ```
//!
//! The figures are the same every time for the same seed.
//!
//! # What is seen
//!
//! Seed 1: peaks in multiples of normal while the trigger is on, and how long after it 99 of 100 calls succeed again.
//!
//! | scenes 1 and 2 | leaf, errs / hangs | dependency | back after | batch lost |
//! |---|---|---|---|---|
//! | naive, 4 attempts | 223 / 243 | 6.4 / 4.0 | never | 0 |
//! | backoff, 3 attempts | 55 / 55 | 4.8 / 3.7 | never | 0 |
//! | + jitter | 63 / 64 | 4.7 / 3.8 | never | 0 |
//! | + budget | 1.19 / 1.18 | 1.23 / 1.27 | 0.0 s / 0.0 s | 0 |
//! | + breaker | 1.15 / 1.18 | 1.00 / 1.27 | 5.9 s / 4.9 s | 1000 |
//! | `#[retry]` | 1.00 / 1.06 | 1.12 / 1.07 | 0.0 s / 0.0 s | 0 |
//!
//! - Backoff and jitter change nothing about staying down. What decides is a law: the leaf stays down if more attempts a
//!   call reach it than its headroom, and its queue holds more than headroom x rate x timeout. Then what it takes from
//!   the queue is older than the timeout, its work is for callers who have left, and those come again.
//! - A budget alone ends that, because retries wait in line while none succeeds, and only the head of the line is tried.
//! - The same line loses no item of a batch of 1000, 50 at once, each of which fails at its first attempt. A breaker
//!   takes that batch for an outage, and loses it.
//! - The mark keeps layers from multiplying: the leaf's callers do not retry what the leaf has given up.
//! - In the second after a hang the leaf gets about 1.4 times the normal under `#[retry]`: the attempts that still hung
//!   are cut, and their retries succeed. So peaks are those of the time of the trigger.
//! - A breaker costs recovery: without marks about 5 s, as the breakers of all layers open and each must find out anew;
//!   with marks about its open time, and a second more after a hang, until the last probes are cut.
//! - Who calls seldom cannot know an outage from a lone failure (scene 3): budget and cancellation bound the peak
//!   at about 2.6, the leaf's help at 1.1. In a hang marks need timeouts that are shorter inward; with equal
//!   ones the outermost is over first, and sees its own timeout instead of the mark.
//!
//! # Model
//!
//! ```text
//! users -> front -> b -> c -> leaf -> dependency
//! ```
//!
//! - 1000 calls a second, evenly spaced, from users who do not retry and wait for 5 s. 20 instances of each service,
//!   so 50 calls a second each; every request goes to a random instance; a message takes 0.5 ms.
//! - An instance that gets a request runs one operation for it, 'call the next service', and answers with what that
//!   ended in. Each process has its own budget and its own breaker. An attempt is cut after 1 s, at every hop.
//! - An instance of the leaf has one CPU, which serves a request for 13.3 ms on average, exponentially: headroom 1.5,
//!   67 % busy. It lets 1000 requests wait, first come, first served, and works on 200 at once, each from its start on
//!   the CPU to its answer. What finds the queue full is refused at no cost. The other services have no such bounds.
//! - The dependency takes 5 ms on average, exponentially. From second 5 to 13 it errs in 1 ms, or hangs: what reaches
//!   it then is never answered. Calls come in for 30 s more.
//! - In some setups ('carries') a request carries the deadline of the user's call, and what nobody waits for any more
//!   is dropped: in the queue, in its wait, in its attempt, and inside that. What a CPU has begun it ends.
//! - In some setups ('marks') an error is marked if its sender's operation gave up. Callers heed marks always.
//! - Scene 3: 10,000 processes of 0.5 calls a second each, which retry, call the leaf: 5000 a second, 250 an instance,
//!   at the same headroom. 'inward' has timeouts of 1.2 s there and 0.25 s at the leaf. Under 'refusal' an instance of
//!   the leaf takes retries up to a tenth of the first attempts of the last second, and refuses others at no cost; a
//!   request says which attempt it is.
//! - Scene 4: the chain as `#[retry]` has it, with a breaker in front of every operation.
//!
//! That is kind to loops: refusing costs nothing, users do not retry, and of the services only the leaf can be
//! overloaded.
//!
//! Every decision is the production core's: `Policy`, `Progress`, `Breaker`, and the default budget with its line
//! (`model/calls.rs`, the place to start reading, and `model/budget.rs`).

mod args;
mod draw;
mod goal;
mod measure;
mod model;
mod outcome;
mod plan;
mod play;
mod report;
mod scene;
mod setup;
mod time;

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
    let outcome = play::play(args);
    print(&if args.json { serde_json::to_string_pretty(&outcome)? + "\n" } else { report::render(&outcome) })?;
    if let Some(folder) = &args.svg {
        for path in draw::write(&outcome, folder)? {
            eprintln!("drawn: {}", path.display());
        }
    }
    Ok(())
}
