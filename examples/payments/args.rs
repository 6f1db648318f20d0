//! The command line.

use lexopt::Parser;
use lexopt::prelude::*;
use retry_examples::args::{number, unknown, unreadable};

use crate::plan::{Broken, Effect};

pub(crate) const HELP: &str = "\
Kills a payment service again and again while clients pay, and counts who was charged twice.

Usage: cargo run --example payments -- [OPTIONS]

Options:
      --store S     sqlite, postgres or redis [default: sqlite]; the addresses are RETRY_TEST_POSTGRES_URL and
                    RETRY_TEST_REDIS_URL, or the usual ones of this machine
      --effect E    inside (the store's transaction), steps (a gateway that knows keys) or step-once (one that knows
                    none) [default: inside, for redis steps]
      --servers N   how many servers, 1 to 8 [default: 2]; the last of several is also stopped for longer than the lease
      --payments N  how many payments at least, 1 to 1000000 [default: 400]
      --kills N     how many kills at least, 1 to 10000 [default: 24]
      --long        5000 payments and 200 kills, and each window must be hit by ten of them
      --broken B    a service with a fault, which the count must find: finish-after-commit, no-owner-check,
                    forget-on-timeout, complete-in-layer or no-derived-key
      --seed N      the seed of kills, cuts and waits [default: 1]
  -h, --help        print this help
";

const OPTIONS: &str =
    "`--store`, `--effect`, `--servers`, `--payments`, `--kills`, `--long`, `--broken`, `--seed` or `--help`";

/// Parsed command line.
pub(crate) enum Request {
    Help,
    Run(Args),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StoreKind {
    Sqlite,
    Postgres,
    Redis,
}

#[derive(Clone, Debug)]
pub(crate) struct Args {
    pub(crate) store: StoreKind,
    pub(crate) effect: Effect,
    pub(crate) servers: usize,
    pub(crate) payments: u32,
    pub(crate) kills: u32,
    /// Number of kills that must hit each window.
    pub(crate) hits: u32,
    pub(crate) broken: Option<Broken>,
    pub(crate) seed: u64,
}

/// Reads the command line.
///
/// # Errors
///
/// The fault, and what to write instead.
pub(crate) fn parse(mut words: Parser) -> Result<Request, String> {
    let mut args = Args {
        store: StoreKind::Sqlite,
        effect: Effect::Inside,
        servers: 2,
        payments: 400,
        kills: 24,
        hits: 1,
        broken: None,
        seed: 1,
    };
    let mut effect = None;
    while let Some(word) = words.next().map_err(|error| unreadable(&error))? {
        match word {
            Long("store") => args.store = one_of(&mut words, "--store", &STORES)?,
            Long("effect") => effect = Some(one_of(&mut words, "--effect", &EFFECTS)?),
            Long("broken") => args.broken = Some(one_of(&mut words, "--broken", &Broken::ALL)?),
            Long("servers") => args.servers = number(&mut words, "--servers", 1..=8)?,
            Long("payments") => args.payments = number(&mut words, "--payments", 1..=1_000_000)?,
            Long("kills") => args.kills = number(&mut words, "--kills", 1..=10_000)?,
            Long("seed") => args.seed = number(&mut words, "--seed", 0..=u64::MAX)?,
            Long("long") => (args.payments, args.kills, args.hits) = (5_000, 200, 10),
            Short('h') | Long("help") => return Ok(Request::Help),
            word => return Err(unknown(&word, OPTIONS)),
        }
    }
    args.effect = effect_of(&args, effect)?;
    Ok(Request::Run(args))
}

const STORES: [(&str, StoreKind); 3] =
    [("sqlite", StoreKind::Sqlite), ("postgres", StoreKind::Postgres), ("redis", StoreKind::Redis)];
const EFFECTS: [(&str, Effect); 3] =
    [("inside", Effect::Inside), ("steps", Effect::Steps), ("step-once", Effect::StepOnce)];

/// The effect that was asked for, or the one that fits the rest.
fn effect_of(args: &Args, asked: Option<Effect>) -> Result<Effect, String> {
    let fitting = match (args.broken, args.store) {
        (Some(broken), _) => broken.effect(),
        (None, StoreKind::Redis) => Effect::Steps,
        (None, _) => asked.unwrap_or(Effect::Inside),
    };
    match asked {
        Some(asked) if args.store == StoreKind::Redis && asked == Effect::Inside => {
            Err("Redis has no transaction for the effect; write `--effect steps`".into())
        }
        Some(asked) if args.broken.is_some() && asked != fitting => {
            Err("that fault has an effect of its own; leave out `--effect`".into())
        }
        _ if args.store != StoreKind::Sqlite && args.broken.is_some() => {
            Err("the faults are shown with SQLite; leave out `--store`".into())
        }
        asked => Ok(asked.unwrap_or(fitting)),
    }
}

fn one_of<T: Copy>(words: &mut Parser, option: &str, names: &[(&str, T)]) -> Result<T, String> {
    let instead = names.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    let Ok(value) = words.value() else { return Err(format!("`{option}` needs a value; write one of {instead}")) };
    let value = value.to_string_lossy();
    let found = names.iter().find(|(name, _)| *name == value);
    found.map(|(_, one)| *one).ok_or_else(|| format!("`{option}` is `{value}`; write one of {instead}"))
}
