//! What the commands do.

use std::time::Duration;

use retry_idempotency::admin::{Filter, KeyEntry, Resolution, ResolveOutcome, purge_all};
use retry_idempotency::protocol::Id;
use retry_idempotency::{Admin, encode_err, encode_ok};
use serde_json::json;
use serde_json::value::RawValue;

use crate::args::{Args, CameTo, Command, Key};
use crate::{End, print, report, store};

/// Keys on a page of a list.
const PAGE: usize = 500;

pub(crate) async fn act(args: &Args) -> End {
    done(args).await.unwrap_or_else(|end| end)
}

async fn done(args: &Args) -> Result<End, End> {
    let store = store::open(&args.store, args.prefix.as_deref()).await?;
    let store = &*store;
    match &args.command {
        Command::List { scope, key, state, limit, whole } => {
            let filter = Filter { scope: scope.as_deref(), key: key.as_deref(), state: *state };
            let (entries, has_more) = list(store, filter, *limit).await?;
            if has_more {
                eprintln!("there are more than {limit} keys; write a larger `--limit`");
            }
            Ok(print(&if args.json { report::list_json(&entries, *whole) } else { report::table(&entries, *whole) }))
        }
        Command::Show { key, result } => {
            let filter = Filter { scope: Some(&key.scope), key: Some(&key.key), state: None };
            let entries = list(store, filter, 1).await?.0;
            let entry = entries.first().ok_or_else(|| unknown(key))?;
            Ok(print(&if args.json { report::show_json(entry, *result) } else { report::show(entry, *result) }))
        }
        Command::Resolve { key, came_to, keep, force } => {
            let id = id(key)?;
            let bytes = bytes(came_to)?;
            let resolution = match &bytes {
                Some(result) => Resolution::Finished { result, keep: *keep },
                None => Resolution::NothingHappened,
            };
            resolved(store.resolve(id, resolution, *force).await.map_err(store::failed)?, key)?;
            Ok(say(args, "resolved", 1, "the key is resolved"))
        }
        Command::Evict { key } => {
            if !store.evict(id(key)?).await.map_err(store::failed)? {
                return Err(unknown(key));
            }
            Ok(say(args, "evicted", 1, "the key is evicted"))
        }
        Command::Purge { batch } => {
            let keys = purge_all(store, *batch).await.map_err(store::failed)?;
            Ok(say(args, "purged", keys, &format!("{keys} keys were over, and are gone")))
        }
    }
}

/// The first keys, and whether there are more.
async fn list(store: &dyn Admin, filter: Filter<'_>, limit: usize) -> Result<(Vec<KeyEntry>, bool), End> {
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

/// What is answered from now on, as `once` writes it; the JSON stays as it is written.
fn bytes(came_to: &CameTo) -> Result<Option<Vec<u8>>, End> {
    let (option, text, record): (_, _, fn(&RawValue) -> _) = match came_to {
        CameTo::Ok(text) => ("--ok", text, encode_ok::<RawValue>),
        CameTo::Err(text) => ("--err", text, encode_err::<RawValue>),
        CameTo::Nothing => return Ok(None),
    };
    let fault = |error| {
        End::Misused(format!(
            "`{option}` is no JSON ({error}); write the value as your service writes it, text in \"..\""
        ))
    };
    let value: Box<RawValue> = serde_json::from_str(text).map_err(fault)?;
    record(&value).map(Some).map_err(fault)
}

fn resolved(resolved: ResolveOutcome, key: &Key) -> Result<(), End> {
    match resolved {
        ResolveOutcome::Applied => Ok(()),
        ResolveOutcome::InFlight { left } => Err(End::Refused(format!(
            "the key is in flight for another {}; wait, or write `--force` if its holder is gone for certain",
            report::time(left.max(Duration::from_secs(1)))
        ))),
        ResolveOutcome::Finished => {
            Err(End::Refused("the key is finished already; look at it with `show --result`, or evict it".into()))
        }
        ResolveOutcome::Unknown => Err(unknown(key)),
    }
}

fn id(key: &Key) -> Result<Id<'_>, End> {
    Id::new(&key.scope, &key.key).map_err(|invalid| End::Misused(invalid.to_string()))
}

fn unknown(key: &Key) -> End {
    let scope = &key.scope;
    End::Unknown(format!(
        "there is no such key in scope `{scope}`; `list --scope {scope} --whole` says which there are"
    ))
}

fn say(args: &Args, what: &str, keys: usize, words: &str) -> End {
    if args.json { print(&format!("{}\n", json!({ what: keys }))) } else { print(&format!("{words}\n")) }
}
