//! All schedules with more and more clients, many runs each.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::args::Args;
use crate::fleet::{self, Fleet};
use crate::model::{self, Outcome};
use crate::network::Network;
use crate::schedule::SCHEDULES;

/// The numbers of clients are the multiples of this.
pub(crate) const CLIENTS_STEP: u32 = 10;

/// Results, as the tables and `--json` show them.
#[derive(Serialize)]
pub(crate) struct Report {
    pub(crate) seed: u64,
    pub(crate) runs: u32,
    pub(crate) schedules: Vec<Line>,
    /// Clients that were sent away with one hint.
    pub(crate) fleets: Vec<Fleet>,
}

/// One schedule's numbers.
#[derive(Serialize)]
pub(crate) struct Line {
    pub(crate) name: &'static str,
    pub(crate) points: Vec<Point>,
}

/// Means over all runs with as many clients.
#[derive(Serialize)]
pub(crate) struct Point {
    pub(crate) clients: u32,
    /// When the last client had its answer.
    pub(crate) completed_ms: f64,
    /// Writes that reached the object.
    pub(crate) writes: f64,
}

/// Makes all runs; the report is a function of the arguments.
pub(crate) fn run(args: &Args) -> Report {
    let fleets = fleet::run(&mut Network::new(args.seed));
    let mut network = Network::new(args.seed);
    retry_runtime::random::seed(network.bits());
    let counts: Vec<_> = (1..=args.clients / CLIENTS_STEP).map(|tens| tens * CLIENTS_STEP).collect();
    let efforts = counts.iter().map(|&clients| effort(clients)).sum::<u64>();
    let bar = progress_bar(efforts * u64::from(args.runs) * SCHEDULES.len() as u64);
    let schedules = SCHEDULES.map(|schedule| {
        bar.set_message(schedule.name);
        let points = counts.iter().map(|&clients| {
            mean(clients, args.runs, || {
                bar.inc(effort(clients));
                model::run(clients as usize, &schedule.waits, || network.hop())
            })
        });
        Line { name: schedule.name, points: points.collect() }
    });
    bar.finish_and_clear();
    Report { seed: args.seed, runs: args.runs, schedules: schedules.into(), fleets }
}

fn mean(clients: u32, runs: u32, mut run: impl FnMut() -> Outcome) -> Point {
    let (mut completed, mut writes) = (Duration::ZERO, 0.0);
    for _ in 0..runs {
        let outcome = run();
        completed += outcome.completed;
        writes += f64::from(outcome.writes);
    }
    Point { clients, completed_ms: tenths(completed.as_secs_f64() * 1000.0, runs), writes: tenths(writes, runs) }
}

/// The mean, to a tenth.
fn tenths(sum: f64, runs: u32) -> f64 {
    (sum / f64::from(runs) * 10.0).round() / 10.0
}

/// About how long a run takes: writes grow with the square of the clients.
fn effort(clients: u32) -> u64 {
    u64::from(clients).pow(2)
}

/// On stderr, and only if that is a terminal.
fn progress_bar(length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {wide_msg}") {
        bar.set_style(style);
    }
    bar
}
