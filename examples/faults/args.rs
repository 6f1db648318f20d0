//! The command line.

use lexopt::Parser;
use lexopt::prelude::*;
use retry_examples::args::{number, unknown, unreadable};

use crate::scene::Scene;

pub(crate) const HELP: &str = "\
Pays while the store of the keys fails in every way, and counts who was charged twice.

Usage: cargo run --release --example faults -- [OPTIONS] [SCENE..]

A scene is a store and a fault: `redis-silence`. A store or a fault alone names all of its scenes. Without a scene all are
played, one after the other:
  postgres, redis  cut, delay, silence, kill, stop, full, read-only, snapshot
  postgres, sqlite clock

Options:
      --short    one second for each part of a scene instead of four
      --seed N   the seed of payments and of waits [default: 1]
  -h, --help     print this help
";

/// Parsed command line.
pub(crate) enum Request {
    Help,
    Run(Args),
}

#[derive(Clone, Debug)]
pub(crate) struct Args {
    pub(crate) scenes: Vec<Scene>,
    pub(crate) is_short: bool,
    pub(crate) seed: u64,
}

/// Reads the command line.
///
/// # Errors
///
/// The fault, and what to write instead.
pub(crate) fn parse(mut words: Parser) -> Result<Request, String> {
    let mut args = Args { scenes: Vec::new(), is_short: false, seed: 1 };
    while let Some(word) = words.next().map_err(|error| unreadable(&error))? {
        match word {
            Long("short") => args.is_short = true,
            Long("seed") => args.seed = number(&mut words, "--seed", 0..=u64::MAX)?,
            Short('h') | Long("help") => return Ok(Request::Help),
            Value(name) => {
                let name = name.to_string_lossy();
                let named: Vec<_> = Scene::all().into_iter().filter(|scene| scene.is_named(&name)).collect();
                if named.is_empty() {
                    let known = Scene::all().map(|scene| format!("`{scene}`")).join(", ");
                    return Err(format!("unknown scene `{name}`; write a store, a fault, or one of {known}"));
                }
                args.scenes.extend(named);
            }
            word => return Err(unknown(&word, "a scene, `--short`, `--seed` or `--help`")),
        }
    }
    if args.scenes.is_empty() {
        args.scenes.extend(Scene::all());
    }
    Ok(Request::Run(args))
}
