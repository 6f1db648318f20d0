//! The commands.

use std::time::Duration;

use retry_idempotency::Admin;
use retry_idempotency::admin::{Filter, KeyEntry, Resolution, ResolveOutcome, purge_all};
use retry_idempotency::protocol::Id;
use serde_json::json;

use crate::args::{Args, Command, Key};
use crate::exit::{Exit, print};
use crate::{doctor, finding, output, store};

/// Keys per page of a listing.
const PAGE: usize = 500;

/// Runs the command.
pub(crate) async fn run(args: &Args) -> Exit {
    try_run(args).await.unwrap_or_else(|exit| exit)
}

async fn try_run(args: &Args) -> Result<Exit, Exit> {
    let read_only = matches!(args.command, Command::List { .. } | Command::Show { .. } | Command::Doctor);
    let store = store::open(&args.store, args.prefix.as_deref(), read_only).await?;
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
            let details = store.read(id(key)?).await.map_err(store::failed)?.ok_or_else(|| unknown(key))?;
            Ok(print(&if args.json { output::show_json(&details, *result) } else { output::show(&details, *result) }))
        }
        Command::Resolve { key, finding, keep, force } => {
            let id = id(key)?;
            let bytes = finding::encode(id, finding)?;
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
        Command::Doctor => {
            let checks = store.diagnose().await.map_err(store::failed)?;
            let printed = print(&if args.json { doctor::json(&checks) } else { doctor::table(&checks) });
            Ok(if doctor::has_fault(&checks) { Exit::FoundFault } else { printed })
        }
        Command::Acknowledge => {
            store.acknowledge().await.map_err(store::failed)?;
            Ok(report(args, "acknowledged", 1, "new keys run; those that the store has lost run again"))
        }
    }
}

/// Returns the first keys, and true if there are more.
async fn list(store: &dyn Admin, filter: Filter<'_>, limit: usize) -> Result<(Vec<KeyEntry>, bool), Exit> {
    let (mut entries, mut after) = (Vec::new(), None);
    loop {
        // One more at the end, to know whether there are more.
        let rest = limit.saturating_sub(entries.len()).max(1);
        let page = store.list(filter, after.as_ref(), rest.min(PAGE)).await.map_err(store::failed)?;
        if entries.len() == limit && !page.entries.is_empty() {
            return Ok((entries, true));
        }
        entries.extend(page.entries);
        after = page.next;
        if after.is_none() {
            return Ok((entries, false));
        }
    }
}

fn resolved(resolved: ResolveOutcome, key: &Key) -> Result<(), Exit> {
    match resolved {
        ResolveOutcome::Applied => Ok(()),
        ResolveOutcome::InFlight { left } => Err(Exit::NotResolved(format!(
            "the key is in flight for another {}; wait, or write `--force` if its holder is certainly gone",
            output::time(left.max(Duration::from_secs(1)))
        ))),
        ResolveOutcome::Finished => {
            Err(Exit::NotResolved(
                "the key is finished; see its result with `show --result`. `--force` replaces one that `resolve` has written; one of a \
                 run stays, unless you evict the key and its effect may be repeated"
                    .into(),
            ))
        }
        ResolveOutcome::Unknown => Err(unknown(key)),
    }
}

fn id(key: &Key) -> Result<Id<'_>, Exit> {
    Id::new(&key.scope, &key.key).map_err(|error| Exit::Usage(error.to_string()))
}

fn unknown(key: &Key) -> Exit {
    let scope = &key.scope;
    let spaces = ["once", "http", "review"];
    if !spaces.iter().any(|space| scope.starts_with(space)) {
        return Exit::UnknownKey(format!(
            "there is no such key in scope `{scope}`; scopes begin with their space: write `once:{scope}` or `http:{scope}`, \
             and see `list --whole`"
        ));
    }
    Exit::UnknownKey(format!("there is no such key in scope `{scope}`; `list --scope {scope} --whole` lists its keys"))
}

/// Prints the number of changed keys as JSON, or `message`.
fn report(args: &Args, what: &str, keys: usize, message: &str) -> Exit {
    if args.json { print(&format!("{}\n", json!({ what: keys }))) } else { print(&format!("{message}\n")) }
}
