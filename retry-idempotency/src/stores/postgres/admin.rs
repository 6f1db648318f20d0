//! Operators' interface to the keys in PostgreSQL.

use core::time::Duration;

use tokio_postgres::Row;
use tokio_postgres::types::Type;

use crate::admin::{
    Admin, Check, Cursor, Filter, KeyDetails, KeyEntry, KeyPage, KeyState, PurgedPart, Resolution, ResolveOutcome,
};
use crate::protocol::{Id, Steps, Store, StoreError, StoreFuture};
use crate::stores::postgres::claim_row::{get, number};
use crate::stores::postgres::sql;
use crate::stores::postgres::statement::{bytes, flag, int8, text};
use crate::stores::postgres::store::PostgresStore;
use crate::stores::postgres::time_values::in_micros;

impl Admin for PostgresStore {
    fn list<'a>(&'a self, filter: Filter<'a>, after: Option<&'a Cursor>, limit: usize) -> StoreFuture<'a, KeyPage> {
        Box::pin(async move {
            let (scope, key) = after.map(Cursor::position).transpose()?.map_or(("", ""), |id| (id.scope(), id.key()));
            let state = filter.state.map(to_number);
            let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
            let state = (&state as _, Type::INT4);
            let values = [text(&filter.scope), text(&filter.key), state, text(&scope), text(&key), int8(&one_more)];
            let rows = self.rows(self.admin(), sql::LIST, &values).await?;
            let entries = rows.iter().take(limit).map(entry).collect::<Result<Vec<_>, _>>()?;
            let last = entries.last().filter(|_| rows.len() > limit);
            let next = last.map(|last| Cursor::after(last.id()));
            Ok(KeyPage { entries, next })
        })
    }

    fn read<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, Option<KeyDetails>> {
        Box::pin(async move {
            let rows = self.rows(self.admin(), sql::READ, &[text(&id.scope()), text(&id.key())]).await?;
            rows.first().map(details).transpose()
        })
    }

    fn resolve<'a>(&'a self, id: Id<'a>, resolution: Resolution<'a>, force: bool) -> StoreFuture<'a, ResolveOutcome> {
        Box::pin(async move {
            resolution.check(id, self.max_result_bytes())?;
            let (result, keep) = match resolution {
                Resolution::Finished { result, keep } => (Some(result), in_micros(keep)),
                Resolution::NothingHappened => (None, 0),
            };
            let holder = resolution.holder();
            let (scope, key, holder) = (id.scope(), id.key(), &holder.as_bytes()[..]);
            let values = [text(&scope), text(&key), bytes(&holder), flag(&force), bytes(&result), int8(&keep)];
            let rows = self.rows(self.admin(), sql::RESOLVE, &values).await?;
            let Some(row) = rows.first() else {
                self.check_marker().await?;
                return Ok(ResolveOutcome::Unknown);
            };
            resolved(row)
        })
    }

    fn evict<'a>(&'a self, id: Id<'a>) -> StoreFuture<'a, bool> {
        Box::pin(
            async move { Ok(self.count(self.admin(), sql::EVICT, &[text(&id.scope()), text(&id.key())]).await? > 0) },
        )
    }

    fn purge(&self, limit: usize) -> StoreFuture<'_, usize> {
        Box::pin(self.purge_some(limit))
    }

    fn purge_part(&self, limit: usize, at: u64) -> StoreFuture<'_, PurgedPart> {
        Box::pin(self.purge_pages(limit, at))
    }

    fn diagnose(&self) -> StoreFuture<'_, Vec<Check>> {
        Box::pin(self.checks())
    }

    fn acknowledge(&self) -> StoreFuture<'_, ()> {
        Box::pin(self.acknowledge())
    }
}

fn resolved(row: &Row) -> Result<ResolveOutcome, StoreError> {
    Ok(match get::<i32>(row, 0)? {
        0 => ResolveOutcome::Unknown,
        1 => ResolveOutcome::Finished,
        2 => ResolveOutcome::InFlight { left: Duration::from_micros(number(get::<i64>(row, 1)?)?) },
        _ => ResolveOutcome::Applied,
    })
}

const fn to_number(state: KeyState) -> i32 {
    match state {
        KeyState::InFlight => 0,
        KeyState::Interrupted => 1,
        KeyState::Finished => 2,
    }
}

fn entry(row: &Row) -> Result<KeyEntry, StoreError> {
    let state = match get::<i32>(row, 2)? {
        0 => KeyState::InFlight,
        1 => KeyState::Interrupted,
        _ => KeyState::Finished,
    };
    let (scope, key): (String, String) = (get(row, 0)?, get(row, 1)?);
    let left = Duration::from_micros(number(get::<i64>(row, 7)?)?);
    let mut entry = KeyEntry::new(Id::new(&scope, &key)?, state, number(get::<i64>(row, 3)?)?, left);
    entry.runs = number(get::<i32>(row, 4)?)?;
    entry.result_bytes = get::<Option<i64>>(row, 5)?.map(number).transpose()?;
    entry.steps_bytes = number(get::<i64>(row, 6)?)?;
    Ok(entry)
}

fn details(row: &Row) -> Result<KeyDetails, StoreError> {
    let result = get::<Option<Vec<u8>>>(row, 8)?.map(Vec::into_boxed_slice);
    Ok(KeyDetails::new(entry(row)?, result, Steps::from_bytes(get(row, 9)?)?))
}
