//! The command line.

use std::path::PathBuf;

use lexopt::Parser;
use lexopt::prelude::*;
use retry_examples::args::{number, unknown, unreadable};

use crate::experiment::CLIENTS_STEP;

pub(crate) const HELP: &str = "\
Lets clients fight over one object under five schedules of waits, on virtual time, and shows how long it takes and how
many writes it needs; then sends 1,000 clients away with one `Retry-After`, and shows how they return.

Usage: cargo run --release --example contention -- [OPTIONS]

Options:
      --seed N     seed of the random numbers, 0 to 18446744073709551615 [default: 1]
      --runs N     how many runs to average, 1 to 10000 [default: 100]
      --clients N  the most clients, 10 to 1000; runs have 10, 20, ... clients [default: 190]
      --svg FILE   write the charts as a picture too
      --json       print one JSON object instead of tables and charts
  -h, --help       print this help
";

const OPTIONS: &str = "`--seed N`, `--runs N`, `--clients N`, `--svg FILE`, `--json` or `--help`";

/// Parsed command line.
pub(crate) enum Request {
    Help,
    Run(Args),
}

pub(crate) struct Args {
    pub(crate) seed: u64,
    pub(crate) runs: u32,
    pub(crate) clients: u32,
    pub(crate) svg: Option<PathBuf>,
    pub(crate) json: bool,
}

/// Reads the command line.
///
/// # Errors
///
/// The fault, and what to write instead.
pub(crate) fn parse(mut words: Parser) -> Result<Request, String> {
    let mut args = Args { seed: 1, runs: 100, clients: 190, svg: None, json: false };
    while let Some(word) = words.next().map_err(|error| unreadable(&error))? {
        match word {
            Long("seed") => args.seed = number(&mut words, "--seed", 0..=u64::MAX)?,
            Long("runs") => args.runs = number(&mut words, "--runs", 1..=10_000)?,
            Long("clients") => args.clients = number(&mut words, "--clients", CLIENTS_STEP..=1000)?,
            Long("svg") => args.svg = Some(file(&mut words)?),
            Long("json") => args.json = true,
            Short('h') | Long("help") => return Ok(Request::Help),
            word => return Err(unknown(&word, OPTIONS)),
        }
    }
    Ok(Request::Run(args))
}

fn file(words: &mut Parser) -> Result<PathBuf, String> {
    let name = words.value().ok().filter(|name| !name.is_empty());
    name.map(PathBuf::from).ok_or_else(|| "`--svg` needs a value; write the name of a file".to_owned())
}
