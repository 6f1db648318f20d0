//! The command line.

use std::path::PathBuf;

use lexopt::Parser;
use lexopt::prelude::*;
use retry_examples::args;

use crate::scene::SCENES;

pub(crate) const HELP: &str = "\
Simulates services that call each other while one fails, with the production core deciding every retry.

Usage: cargo run --release --example storm -- [OPTIONS]

Options:
      --scene N      1: the dependency errs, 2: it hangs, 3: a fleet that seldom calls, 4: breakers, or all
                     [default: all]
      --seed N       seed of the random numbers, 0 to 18446744073709551615 [default: 1]
      --instances N  of each service, 1 to 100; the load grows with them [default: 20]
      --svg DIR      also draw each scene into DIR, as storm-1.svg and so on
      --json         print one JSON object instead of tables and charts
  -h, --help         print this help
";

/// Parsed command line.
pub(crate) enum Request {
    Help,
    Run(Args),
}

pub(crate) struct Args {
    /// The numbers of the scenes.
    pub(crate) scenes: Vec<u32>,
    pub(crate) seed: u64,
    pub(crate) instances: u32,
    pub(crate) svg: Option<PathBuf>,
    pub(crate) json: bool,
}

/// Reads the command line.
///
/// # Errors
///
/// The fault, and what to write instead.
pub(crate) fn parse(mut words: Parser) -> Result<Request, String> {
    let mut args = Args { scenes: SCENES.collect(), seed: 1, instances: 20, svg: None, json: false };
    while let Some(word) = words.next().map_err(|error| args::unreadable(&error))? {
        match word {
            Long("scene") => args.scenes = scenes(&mut words)?,
            Long("seed") => args.seed = args::number(&mut words, "--seed", 0..=u64::MAX)?,
            Long("instances") => args.instances = args::number(&mut words, "--instances", 1..=100)?,
            Long("svg") => args.svg = Some(words.value().map_err(|_| "`--svg` needs a value; write a folder")?.into()),
            Long("json") => args.json = true,
            Short('h') | Long("help") => return Ok(Request::Help),
            word => {
                let options = "`--scene N`, `--seed N`, `--instances N`, `--svg DIR`, `--json` or `--help`";
                return Err(args::unknown(&word, options));
            }
        }
    }
    Ok(Request::Run(args))
}

fn scenes(words: &mut Parser) -> Result<Vec<u32>, String> {
    let instead = "write `all` or a whole number from 1 to 4";
    let Ok(value) = words.value() else { return Err(format!("`--scene` needs a value; {instead}")) };
    let value = value.to_string_lossy();
    match value.parse() {
        _ if value == "all" => Ok(SCENES.collect()),
        Ok(number) if SCENES.contains(&number) => Ok(vec![number]),
        _ => Err(format!("`--scene` is `{value}`; {instead}")),
    }
}
