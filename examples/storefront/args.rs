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
      --serve    make calls for ever, with outages that come and go, and serve the live page of their retries
      --port N   the page's port on 127.0.0.1, 0 for any free one [default: 3000]
  -h, --help     print this help
";

const MOST_CALLS: u32 = 100_000;

/// Parsed command line.
pub(crate) enum Request {
    Help,
    Run(Args),
    Serve { seed: u64, port: u16 },
}

pub(crate) struct Args {
    pub(crate) seed: u64,
    pub(crate) calls: u32,
    pub(crate) json: bool,
}

/// The options as they are written.
#[derive(Default)]
struct Written {
    seed: Option<u64>,
    calls: Option<u32>,
    json: bool,
    serve: bool,
    port: Option<u16>,
}

/// Reads the command line.
///
/// # Errors
///
/// The fault, and what to write instead.
pub(crate) fn parse(mut words: Parser) -> Result<Request, String> {
    let mut written = Written::default();
    while let Some(word) = words.next().map_err(|error| unreadable(&error))? {
        match word {
            Long("seed") => written.seed = Some(number(&mut words, "--seed", 0..=u64::MAX)?),
            Long("calls") => written.calls = Some(number(&mut words, "--calls", 1..=MOST_CALLS)?),
            Long("json") => written.json = true,
            Long("serve") => written.serve = true,
            Long("port") => written.port = Some(number(&mut words, "--port", 0..=u16::MAX)?),
            Short('h') | Long("help") => return Ok(Request::Help),
            word => {
                return Err(unknown(&word, "`--seed N`, `--calls N`, `--json`, `--serve`, `--port N` or `--help`"));
            }
        }
    }
    written.together()
}

impl Written {
    /// Refuses options that do not go together.
    fn together(self) -> Result<Request, String> {
        let seed = self.seed.unwrap_or(1);
        if !self.serve {
            return match self.port {
                Some(_) => Err("`--port` is for the page; write `--serve` beside it".into()),
                None => Ok(Request::Run(Args { seed, calls: self.calls.unwrap_or(350), json: self.json })),
            };
        }
        if self.json {
            return Err("`--json` prints a table, and `--serve` has none; write one of them".into());
        }
        if self.calls.is_some() {
            return Err("`--serve` makes calls for ever; leave `--calls` away".into());
        }
        Ok(Request::Serve { seed, port: self.port.unwrap_or(3000) })
    }
}
