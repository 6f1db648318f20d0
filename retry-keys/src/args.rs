//! Parser of the command line.

use std::time::Duration;

use lexopt::Parser;
use lexopt::prelude::*;
use retry_idempotency::admin::KeyState;

pub(crate) const HELP: &str = "\
Lists, shows, resolves, evicts and purges the idempotency keys in a store of retry-idempotency, and checks the store.

Usage: retry-keys --store STORE COMMAND

Commands:
  list                  lists keys, without their results
  show SCOPE KEY        shows one key
  resolve SCOPE KEY     resolves a key that was left open; its holder loses it
  evict SCOPE KEY       removes a key, open or finished: its next use is a first one
  purge                 removes the finished keys that have expired
  doctor                checks the store for what loses keys: settings, table or file, marker, clock
  acknowledge           ends the refusal of a store that is new or came back without its keys: those that it lost run again

Stores:
  sqlite:PATH           a file of SQLite
  redis://HOST/DB       Redis, with `--prefix`
  postgres://USER@HOST/DB   the table `retry_keys` in PostgreSQL, without TLS

Options:
      --store STORE     the store [default: the environment variable RETRY_KEYS_STORE, which hides a password that a
                        command line would show in a list of processes]
      --prefix NAME     prefix of the names of the keys in Redis
      --json            print JSON, for programs
  -h, --help            print this help
list:
      --scope SCOPE     only keys of this scope
      --key KEY         only this key
      --state STATE     only keys that are in-flight, interrupted or finished
      --interrupted     the same as `--state interrupted`
      --limit N         at most N keys [default: 1000]
      --whole           print whole keys: a key may be all that is needed to read another client's result
show:
      --result          print the results of the key and of its steps
resolve, one of:
      --ok JSON         the effect has happened, with this value
      --err JSON        the effect has happened, with this error
      --status STATUS   the request has happened, with this response: for keys of the HTTP layer, whose scope begins with `http`
      --nothing-happened   the effect has not happened: the next use is a first one
and:
      --header 'NAME: VALUE'   a header of the response; may stand several times
      --body TEXT       the body of the response; `@PATH` is the content of a file, `@-` is stdin [default: empty]
      --keep TIME       time to replay the value, error or response: 90s, 15m, 24h, 7d [default: 24h]
      --force           resolve a key that is in flight too, whose holder may be at work, and replace the value, error or
                        response that another `resolve` has written
purge:
      --batch N         keys to remove at a time, 1 to 100000 [default: 500]

Exit codes: 0 done, 1 the store failed or `doctor` found a fault, 2 the command line is wrong, 3 there is no such key, 4 the key cannot be
resolved because it is in flight or finished.
";

const COMMANDS: &str = "`list`, `show`, `resolve`, `evict`, `purge`, `doctor` or `acknowledge`";

pub(crate) enum Request {
    Help,
    Run(Args),
}

pub(crate) struct Args {
    pub(crate) store: String,
    pub(crate) prefix: Option<String>,
    pub(crate) json: bool,
    pub(crate) command: Command,
}

pub(crate) enum Command {
    List { scope: Option<String>, key: Option<String>, state: Option<KeyState>, limit: usize, whole: bool },
    Show { key: Key, result: bool },
    Resolve { key: Key, finding: Finding, keep: Duration, force: bool },
    Evict { key: Key },
    Purge { batch: usize },
    Doctor,
    Acknowledge,
}

pub(crate) struct Key {
    pub(crate) scope: String,
    pub(crate) key: String,
}

/// Finding about a key that was left open; values are JSON.
pub(crate) enum Finding {
    Ok(String),
    Err(String),
    Response(Response),
    Nothing,
}

/// Response of a request that was left open.
pub(crate) struct Response {
    pub(crate) status: u16,
    /// Names and values.
    pub(crate) headers: Vec<(String, String)>,
    /// Text, or `@` and a path.
    pub(crate) body: String,
}

/// Raw command line.
///
/// The options of a command are checked afterwards, because they may stand before it.
#[derive(Default)]
struct RawArgs {
    words: Vec<String>,
    /// Names and values; flags have no value.
    options: Vec<(&'static str, Option<String>)>,
}

const VALUED: [&str; 13] =
    ["store", "prefix", "scope", "key", "state", "limit", "ok", "err", "status", "header", "body", "keep", "batch"];
const FLAGS: [&str; 6] = ["json", "interrupted", "whole", "result", "nothing-happened", "force"];

/// Parses the command line.
///
/// # Errors
///
/// Returns a message with the mistake and what to write instead.
pub(crate) fn parse(mut parser: Parser) -> Result<Request, String> {
    let mut raw = RawArgs::default();
    while let Some(word) = parser.next().map_err(|error| error.to_string())? {
        match word {
            Short('h') | Long("help") => return Ok(Request::Help),
            Long(name) => {
                let known = |names: &[&'static str]| names.iter().copied().find(|known| *known == name);
                if let Some(name) = known(&VALUED) {
                    let value = parser.value().map_err(|_| format!("`--{name}` needs a value; see `--help`"))?;
                    raw.add(name, Some(text(value)?))?;
                } else if let Some(name) = known(&FLAGS) {
                    raw.add(name, None)?;
                } else {
                    return Err(format!("unknown option `--{name}`; see `--help`"));
                }
            }
            Short(name) => return Err(format!("unknown option `-{name}`; see `--help`")),
            Value(value) => raw.words.push(text(value)?),
        }
    }
    raw.parse().map(Request::Run)
}

fn text(value: std::ffi::OsString) -> Result<String, String> {
    value.into_string().map_err(|value| format!("`{}` is not UTF-8; write text", shown(&value.to_string_lossy())))
}

/// Returns a word for a message.
///
/// The address of a store may have a password, so text that looks like one is not repeated.
fn shown(word: &str) -> &str {
    if word.contains("://") { "..://.." } else { word }
}

impl RawArgs {
    fn add(&mut self, name: &'static str, value: Option<String>) -> Result<(), String> {
        if name != "header" && self.options.iter().any(|(other, _)| *other == name) {
            return Err(format!("`--{name}` stands twice; write it once"));
        }
        self.options.push((name, value));
        Ok(())
    }

    fn flag(&mut self, name: &str) -> bool {
        let before = self.options.len();
        self.options.retain(|(other, _)| *other != name);
        self.options.len() < before
    }

    fn value(&mut self, name: &str) -> Option<String> {
        let at = self.options.iter().position(|(other, _)| *other == name)?;
        self.options.remove(at).1
    }

    fn parse(mut self) -> Result<Args, String> {
        let json = self.flag("json");
        let prefix = self.value("prefix");
        let store = self.value("store");
        let command = self.command()?;
        if let Some((name, _)) = self.options.first() {
            return Err(format!("the command takes no `--{name}`; see `--help`"));
        }
        if let Some(word) = self.words.first() {
            let word = shown(word);
            return Err(format!("the command takes no `{word}`; put text with spaces in quotes"));
        }
        let store = store.or_else(|| std::env::var("RETRY_KEYS_STORE").ok());
        let store = store.ok_or("no store; write `--store sqlite:PATH`, or set RETRY_KEYS_STORE")?;
        Ok(Args { store, prefix, json, command })
    }

    fn command(&mut self) -> Result<Command, String> {
        if self.words.is_empty() {
            return Err(format!("no command; write {COMMANDS}"));
        }
        match &*self.words.remove(0) {
            "list" => self.list(),
            "show" => Ok(Command::Show { key: self.key("show")?, result: self.flag("result") }),
            "resolve" => self.resolve(),
            "evict" => Ok(Command::Evict { key: self.key("evict")? }),
            "purge" => Ok(Command::Purge { batch: self.number("batch", 500, 100_000)? }),
            "doctor" => Ok(Command::Doctor),
            "acknowledge" => Ok(Command::Acknowledge),
            other => Err(format!("unknown command `{}`; write {COMMANDS}", shown(other))),
        }
    }

    fn list(&mut self) -> Result<Command, String> {
        let (state, interrupted) = (self.value("state"), self.flag("interrupted"));
        let state = match state.as_deref() {
            Some(_) if interrupted => return Err("both `--state` and `--interrupted`; write one of them".into()),
            None => interrupted.then_some(KeyState::Interrupted),
            Some("in-flight") => Some(KeyState::InFlight),
            Some("interrupted") => Some(KeyState::Interrupted),
            Some("finished") => Some(KeyState::Finished),
            Some(other) => {
                return Err(format!("`--state` is `{other}`; write `in-flight`, `interrupted` or `finished`"));
            }
        };
        let limit = self.number("limit", 1000, 1_000_000_000)?;
        Ok(Command::List {
            scope: self.value("scope"),
            key: self.value("key"),
            state,
            limit,
            whole: self.flag("whole"),
        })
    }

    fn resolve(&mut self) -> Result<Command, String> {
        let key = self.key("resolve")?;
        let keep = self.value("keep");
        let found = (self.value("ok"), self.value("err"), self.response()?, self.flag("nothing-happened"));
        let finding = match found {
            (Some(value), None, None, false) => Finding::Ok(value),
            (None, Some(error), None, false) => Finding::Err(error),
            (None, None, Some(response), false) => Finding::Response(response),
            (None, None, None, true) if keep.is_some() => {
                return Err("nothing is kept if nothing happened; remove `--keep`".into());
            }
            (None, None, None, true) => Finding::Nothing,
            _ => {
                return Err("the finding is missing; write one of `--ok JSON`, `--err JSON`, `--status STATUS`, \
                            `--nothing-happened`"
                    .into());
            }
        };
        let keep = keep.map_or(Ok(Duration::from_secs(24 * 3600)), |keep| duration(&keep))?;
        Ok(Command::Resolve { key, finding, keep, force: self.flag("force") })
    }

    fn response(&mut self) -> Result<Option<Response>, String> {
        let mut headers = Vec::new();
        while let Some(header) = self.value("header") {
            let (name, value) = header
                .split_once(':')
                .ok_or_else(|| format!("`--header` is `{header}`; write a header like `--header 'Location: /x'`"))?;
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        }
        let (status, body) = (self.value("status"), self.value("body"));
        let Some(status) = status else {
            return if headers.is_empty() && body.is_none() {
                Ok(None)
            } else {
                Err("a response has a status; write `--status STATUS` too".into())
            };
        };
        let number = status.parse().map_err(|_| format!("`--status` is `{status}`; write a status like 201"))?;
        Ok(Some(Response { status: number, headers, body: body.unwrap_or_default() }))
    }

    fn key(&mut self, command: &str) -> Result<Key, String> {
        if self.words.len() < 2 {
            return Err(format!("`{command}` needs a scope and a key; write `{command} SCOPE KEY`"));
        }
        let (scope, key) = (self.words.remove(0), self.words.remove(0));
        Ok(Key { scope, key })
    }

    fn number(&mut self, name: &str, default: usize, max: usize) -> Result<usize, String> {
        let Some(value) = self.value(name) else { return Ok(default) };
        let number = value.parse().ok().filter(|number| (1..=max).contains(number));
        number.ok_or_else(|| format!("`--{name}` is `{value}`; write a whole number from 1 to {max}"))
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let units = [("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)];
    let seconds = units.iter().find_map(|(unit, seconds)| {
        let number: u64 = text.strip_suffix(unit)?.parse().ok()?;
        number.checked_mul(*seconds)
    });
    let seconds = seconds.filter(|seconds| (1..=366 * 86_400).contains(seconds));
    let instead = || format!("`--keep` is `{text}`; write a time like 90s, 15m, 24h or 7d, of at most 366d");
    seconds.map(Duration::from_secs).ok_or_else(instead)
}
