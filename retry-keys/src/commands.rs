//! The commands.

use std::time::Duration;

use retry_idempotency::admin::{Filter, KeyEntry, Resolution, ResolveOutcome, purge_all};
use retry_idempotency::protocol::Id;
use retry_idempotency::{Admin, encode_err, encode_ok};
use serde_json::json;
use serde_json::value::RawValue;

use crate::args::{Args, Command, Finding, Key};
use crate::exit::{Exit, print};
use crate::{output, store};

/// Keys per page of a listing.
const PAGE: usize = 500;

/// Runs the command.
pub(crate) async fn run(args: &Args) -> Exit {
    try_run(args).await.unwrap_or_else(|exit| exit)
}

async fn try_run(args: &Args) -> Result<Exit, Exit> {
    let store = store::open(&args.store, args.prefix.as_deref()).await?;
    let store = &*store;
    match &args.command {
        Command::List { scope, key, state, limit, whole } => {
            let filter = Filter { scope: scope.as_deref(), key: key.as_deref(), state: *state };
            let (entries, has_more) = list(store, filter, *limit).await?;
            if has_more {
                eprintln!("there are more than {limit} keys; write a larger `--limit`");
            }
            Ok(print(&if args.json { output::list_json(&entries, *whole) } else { output::table(&entries, *whole) }))
        }
        Command::Show { key, result } => {
            let filter = Filter { scope: Some(&key.scope), key: Some(&key.key), state: None };
            let entries = list(store, filter, 1).await?.0;
            let entry = entries.first().ok_or_else(|| unknown(key))?;
            Ok(print(&if args.json { output::show_json(entry, *result) } else { output::show(entry, *result) }))
        }
        Command::Resolve { key, finding, keep, force } => {
            let id = id(key)?;
            let bytes = encode(finding)?;
            let resolution = match &bytes {
                Some(result) => Resolution::Finished { result, keep: *keep },
                None => Resolution::NothingHappened,
            };
            resolved(store.resolve(id, resolution, *force).await.map_err(store::failed)?, key)?;
            Ok(report(args, "resolved", 1, "the key is resolved"))
        }
        Command::Evict { key } => {
            if !store.evict(id(key)?).await.map_err(store::failed)? {
                return Err(unknown(key));
            }
            Ok(report(args, "evicted", 1, "the key is evicted"))
        }
        Command::Purge { batch } => {
            let keys = purge_all(store, *batch).await.map_err(store::failed)?;
            Ok(report(args, "purged", keys, &format!("removed {keys} expired keys")))
        }
    }
}

/// Returns the first keys, and true if there are more.
async fn list(store: &dyn Admin, filter: Filter<'_>, limit: usize) -> Result<(Vec<KeyEntry>, bool), Exit> {
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        let page = store.list(filter, after.as_ref(), PAGE).await.map_err(store::failed)?;
        entries.extend(page.entries);
        after = page.next;
        if after.is_none() || entries.len() > limit {
            let has_more = entries.len() > limit;
            entries.truncate(limit);
            return Ok((entries, has_more));
        }
    }
}

/// Encodes the finding as `once` replays it; the text of the JSON stays unchanged.
fn encode(finding: &Finding) -> Result<Option<Vec<u8>>, Exit> {
    let (option, text, record): (_, _, fn(&RawValue) -> _) = match finding {
        Finding::Ok(text) => ("--ok", text, encode_ok::<RawValue>),
        Finding::Err(text) => ("--err", text, encode_err::<RawValue>),
        Finding::Nothing => return Ok(None),
    };
    let fault = |error| {
        Exit::Usage(format!(
            "`{option}` is not JSON ({error}); write the value as your service writes it, text in \"..\""
        ))
    };
    let value: Box<RawValue> = serde_json::from_str(text).map_err(fault)?;
    record(&value).map(Some).map_err(fault)
}

fn resolved(resolved: ResolveOutcome, key: &Key) -> Result<(), Exit> {
    match resolved {
        ResolveOutcome::Applied => Ok(()),
        ResolveOutcome::InFlight { left } => Err(Exit::NotResolved(format!(
            "the key is in flight for another {}; wait, or write `--force` if its holder is certainly gone",
            output::time(left.max(Duration::from_secs(1)))
        ))),
        ResolveOutcome::Finished => {
            Err(Exit::NotResolved("the key is finished; see its result with `show --result`, or evict it".into()))
        }
        ResolveOutcome::Unknown => Err(unknown(key)),
    }
}

fn id(key: &Key) -> Result<Id<'_>, Exit> {
    Id::new(&key.scope, &key.key).map_err(|error| Exit::Usage(error.to_string()))
}

fn unknown(key: &Key) -> Exit {
    let scope = &key.scope;
    Exit::UnknownKey(format!("there is no such key in scope `{scope}`; `list --scope {scope} --whole` lists its keys"))
}

/// Prints the number of changed keys as JSON, or `message`.
fn report(args: &Args, what: &str, keys: usize, message: &str) -> Exit {
    if args.json { print(&format!("{}\n", json!({ what: keys }))) } else { print(&format!("{message}\n")) }
}
