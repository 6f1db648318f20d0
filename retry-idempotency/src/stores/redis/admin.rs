//! Operators' interface to the keys in Redis.

use core::time::Duration;

use ::redis::pipe;

use super::RedisStore;
use super::error::unexpected;
use super::names::Position;
use super::scripts::{CORRECT, LIST, PURGE, READ, RESOLVE};
use crate::admin::{Admin, Check, Cursor, Filter, KeyDetails, KeyEntry, KeyPage, KeyState, Resolution, ResolveOutcome};
use crate::protocol::{HolderId, Id, Steps, StoreError, StoreFuture};
use crate::state_machine::micros;

/// Keys that a script scans.
///
/// It blocks Redis meanwhile, for some tenths of a millisecond.
const SCAN_COUNT: usize = 100;

/// Row of the listing script.
///
/// It is name, state, token, runs, time left, length of the result or -1, and length of the steps.
type Row = (Vec<u8>, String, u64, u32, u64, i64, u64);

/// Row of the reading script: state, token, runs, time left, result, steps.
type WholeRow = (String, u64, u32, u64, Option<Vec<u8>>, Vec<u8>);

impl RedisStore {
    /// Scans rows from a cursor, sorted by name, so that a page can end midway.
    async fn rows(&self, cursor: u64) -> Result<(u64, Vec<Row>), StoreError> {
        let mut script = LIST.arg(cursor);
        script.arg(self.names.pattern()).arg(SCAN_COUNT);
        let (next, rows): (u64, Option<Vec<Row>>) = self.invoke(&script, self.timeouts.admin()).await?;
        let mut rows = rows.ok_or(StoreError::Unreadable { what: "a key" })?;
        rows.sort_by(|a, b| a.0.cmp(&b.0));
        rows.dedup_by(|a, b| a.0 == b.0);
        Ok((next, rows))
    }

    async fn page(&self, filter: Filter<'_>, after: Option<&Cursor>, limit: usize) -> Result<KeyPage, StoreError> {
        let mut position = match after {
            Some(cursor) => Position::from_bytes(cursor.as_bytes())?,
            None => Position::at(0),
        };
        let mut entries = Vec::new();
        loop {
            let (next, rows) = self.rows(position.cursor).await?;
            for row in rows {
                let name = row.0.clone();
                let entry = self.entry(row)?;
                if name <= position.after || !filter.matches(&entry) {
                    continue;
                }
                if entries.len() == limit {
                    return Ok(KeyPage { entries, next: Some(Cursor::from_bytes(position.to_bytes())) });
                }
                entries.push(entry);
                position.after = name;
            }
            position = Position::at(next);
            if next == 0 {
                return Ok(KeyPage { entries, next: None });
            }
            if !entries.is_empty() {
                return Ok(KeyPage { entries, next: Some(Cursor::from_bytes(position.to_bytes())) });
            }
        }
    }

    fn entry(&self, (name, state, token, runs, left, result_bytes, steps_bytes): Row) -> Result<KeyEntry, StoreError> {
        let id = self.names.id(&name).ok_or(StoreError::Unreadable { what: "the name of a key" })?;
        let mut entry = KeyEntry::new(id, to_state(&state), token, Duration::from_micros(left));
        entry.runs = runs;
        entry.result_bytes = result_bytes.try_into().ok();
        entry.steps_bytes = steps_bytes;
        Ok(entry)
    }

    async fn read_key(&self, id: Id<'_>) -> Result<Option<KeyDetails>, StoreError> {
        let row: Option<WholeRow> = self.invoke(&READ.key(self.names.key(id)), self.timeouts.admin()).await?;
        let Some((state, token, runs, left, result, steps)) = row else { return Ok(None) };
        if state == "unreadable" {
            return Err(StoreError::Unreadable { what: "a key" });
        }
        let mut entry = KeyEntry::new(id, to_state(&state), token, Duration::from_micros(left));
        entry.runs = runs;
        Ok(Some(KeyDetails::new(entry, result.map(Vec::into_boxed_slice), Steps::from_bytes(steps)?)))
    }

    async fn resolve_key(
        &self,
        id: Id<'_>,
        resolution: Resolution<'_>,
        force: bool,
    ) -> Result<ResolveOutcome, StoreError> {
        resolution.check(id, self.result_limit)?;
        let (verb, keep, bytes) = match resolution {
            Resolution::Finished { result, keep } => ("finish", keep, result),
            Resolution::NothingHappened => ("nothing", Duration::ZERO, &[][..]),
        };
        let holder = resolution.holder();
        let mut script = RESOLVE.key(self.names.marker());
        script.key(self.names.key(id)).key(self.names.set(id.scope()));
        script.arg(holder.as_bytes()).arg(if force { "force" } else { "" });
        script.arg(verb).arg(micros(keep)).arg(bytes);
        let (what, left): (String, u64) = self.invoke(&script, self.timeouts.admin()).await?;
        match &*what {
            "yes" => Ok(ResolveOutcome::Applied),
            "in flight" => Ok(ResolveOutcome::InFlight { left: Duration::from_micros(left) }),
            "finished" if force && verb == "finish" => self.correct(id, holder, keep, bytes).await,
            "finished" => Ok(ResolveOutcome::Finished),
            "unknown" => Ok(ResolveOutcome::Unknown),
            other => Err(unexpected(other)),
        }
    }

    /// Replaces the result of an operator.
    async fn correct(
        &self,
        id: Id<'_>,
        holder: HolderId,
        keep: Duration,
        result: &[u8],
    ) -> Result<ResolveOutcome, StoreError> {
        let mut script = CORRECT.key(self.names.key(id));
        script.key(self.names.set(id.scope()));
        script.arg(holder.as_bytes()).arg(HolderId::OPERATOR).arg(micros(keep)).arg(result);
        let what: String = self.invoke(&script, self.timeouts.admin()).await?;
        match &*what {
            "yes" => Ok(ResolveOutcome::Applied),
            "finished" => Ok(ResolveOutcome::Finished),
            "unknown" => Ok(ResolveOutcome::Unknown),
            other => Err(unexpected(other)),
        }
    }

    async fn remove(&self, id: Id<'_>) -> Result<bool, StoreError> {
        let (key, set) = (self.names.key(id), self.names.set(id.scope()));
        let mut both = pipe();
        both.atomic().cmd("DEL").arg(&key).cmd("ZREM").arg(set).arg(&key).ignore();
        let remove = async |mut connection| both.query_async(&mut connection).await;
        let (removed,) = self.connection.run(self.timeouts.admin(), remove).await?;
        Ok(removed)
    }

    async fn purge_over(&self, limit: usize) -> Result<usize, StoreError> {
        let (mut cursor, mut removed) = (0_u64, 0);
        while removed < limit {
            let mut script = PURGE.arg(cursor);
            script.arg(self.names.pattern()).arg(SCAN_COUNT).arg(limit - removed);
            script.arg(self.names.set("")).arg(self.names.prefix().len());
            let (next, of_script): (u64, usize) = self.invoke(&script, self.timeouts.admin()).await?;
            removed += of_script;
            cursor = next;
            if cursor == 0 {
                break;
            }
        }
        Ok(removed)
    }
}

fn to_state(state: &str) -> KeyState {
    match state {
        "finished" => KeyState::Finished,
        "interrupted" => KeyState::Interrupted,
        _ => KeyState::InFlight,
    }
}

/// Scans the whole database for a listing and for a purge.
///
/// It scans 100 keys at a time, so that Redis serves others in between. Give the store its own database if others are large. A key may be listed twice if Redis shrinks its table meanwhile.
impl Admin for RedisStore {
    fn list<'a>(&'a self, filter: Filter<'a>, after: Option<&'a Cursor>, limit: usize) -> StoreFuture<'a, KeyPage> {
        Box::pin(self.page(filter, after, limit))
    }

    fn read<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, Option<KeyDetails>> {
        Box::pin(self.read_key(id))
    }

    fn resolve<'a>(&'a self, id: Id<'a>, resolution: Resolution<'a>, force: bool) -> StoreFuture<'a, ResolveOutcome> {
        Box::pin(self.resolve_key(id, resolution, force))
    }

    fn evict<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, bool> {
        Box::pin(self.remove(id))
    }

    fn purge(&self, limit: usize) -> StoreFuture<'_, usize> {
        Box::pin(self.purge_over(limit))
    }

    fn diagnose(&self) -> StoreFuture<'_, Vec<Check>> {
        Box::pin(self.checks())
    }

    fn acknowledge(&self) -> StoreFuture<'_, ()> {
        Box::pin(self.acknowledge())
    }
}
