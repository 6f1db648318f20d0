//! The command line.

use lexopt::Parser;
use lexopt::prelude::*;
use retry_examples::args::{number, unknown, unreadable};

pub(crate) const HELP: &str = "\
Calls a shop with faults by a seeded script, through annotated functions, and shows what the retries did.

Usage: cargo run --example storefront -- [OPTIONS]

Options:
      --seed N   the script's seed, 0 to 18446744073709551615 [default: 1]
      --calls N  how many calls to make, 1 to 100000 [default: 350]
      --json     print one JSON object instead of the table
  -h, --help     print this help
";

const MOST_CALLS: u32 = 100_000;

/// What the command line asks for.
pub(crate) enum Request {
    Help,
    Run(Args),
}

pub(crate) struct Args {
    pub(crate) seed: u64,
    pub(crate) calls: u32,
    pub(crate) json: bool,
}

/// Reads the command line.
///
/// # Errors
///
/// What is wrong with it and what to write instead.
pub(crate) fn parse(mut words: Parser) -> Result<Request, String> {
    let mut args = Args { seed: 1, calls: 350, json: false };
    while let Some(word) = words.next().map_err(|error| unreadable(&error))? {
        match word {
            Long("seed") => args.seed = number(&mut words, "--seed", 0..=u64::MAX)?,
            Long("calls") => args.calls = number(&mut words, "--calls", 1..=MOST_CALLS)?,
            Long("json") => args.json = true,
            Short('h') | Long("help") => return Ok(Request::Help),
            word => return Err(unknown(&word, "`--seed N`, `--calls N`, `--json` or `--help`")),
        }
    }
    Ok(Request::Run(args))
}
