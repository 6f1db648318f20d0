//! What operators do with the keys in PostgreSQL.

use core::time::Duration;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

use tokio_postgres::Row;

use super::claim::{get, number};
use super::{PostgresStore, Values, in_micros, sql};
use crate::idempotency::{
    Answer, Cursor, Entry, Filter, Id, Listing, Owner, Resolution, Resolved, Review, State, Steps, StoreError,
};

impl Review for PostgresStore {
    fn list<'a>(&'a self, filter: Filter<'a>, after: Option<&'a Cursor>, limit: usize) -> Answer<'a, Listing> {
        Box::pin(async move {
            let (scope, key) = after.map(Cursor::position).transpose()?.map_or(("", ""), |id| (id.scope(), id.key()));
            let state = filter.state.map(to_number);
            let one_more = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
            let rows = self.rows(sql::LIST, &[&filter.scope, &filter.key, &state, &scope, &key, &one_more]).await?;
            let entries = rows.iter().take(limit).map(entry).collect::<Result<Vec<_>, _>>()?;
            let last = entries.last().filter(|_| rows.len() > limit);
            let next = last.map(|last| Cursor::behind(last.id()));
            Ok(Listing { entries, next })
        })
    }

    fn resolve<'a>(&'a self, id: Id<'a>, resolution: Resolution<'a>, force: bool) -> Answer<'a, Resolved> {
        Box::pin(async move {
            resolution.check()?;
            let (result, keep) = match resolution {
                Resolution::Finished { result, keep } => (Some(result), in_micros(keep)),
                Resolution::NothingHappened => (None, 0),
            };
            let owner = Owner::random();
            let values: &Values<'_> = &[&id.scope(), &id.key(), &&owner.as_bytes()[..], &force, &result, &keep];
            let rows = self.rows(sql::RESOLVE, values).await?;
            rows.first().map_or(Ok(Resolved::Unknown), resolved)
        })
    }

    fn evict<'a>(&'a self, id: Id<'a>) -> Answer<'a, bool> {
        Box::pin(async move { Ok(self.count(sql::EVICT, &[&id.scope(), &id.key()]).await? > 0) })
    }

    fn purge(&self, limit: usize) -> Answer<'_, usize> {
        Box::pin(async move {
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            self.count(sql::PURGE, &[&limit]).await
        })
    }
}

fn resolved(row: &Row) -> Result<Resolved, StoreError> {
    Ok(match get::<i32>(row, 0)? {
        0 => Resolved::Unknown,
        1 => Resolved::Finished,
        2 => Resolved::InFlight { left: Duration::from_micros(number(get::<i64>(row, 1)?)?) },
        _ => Resolved::Yes,
    })
}

const fn to_number(state: State) -> i32 {
    match state {
        State::InFlight => 0,
        State::Interrupted => 1,
        State::Finished => 2,
    }
}

fn entry(row: &Row) -> Result<Entry, StoreError> {
    let state = match get::<i32>(row, 2)? {
        0 => State::InFlight,
        1 => State::Interrupted,
        _ => State::Finished,
    };
    let (scope, key): (String, String) = (get(row, 0)?, get(row, 1)?);
    let left = Duration::from_micros(number(get::<i64>(row, 7)?)?);
    let mut entry = Entry::new(Id::new(&scope, &key)?, state, number(get::<i64>(row, 3)?)?, left);
    entry.runs = number(get::<i32>(row, 4)?)?;
    entry.result = get::<Option<Vec<u8>>>(row, 5)?.map(Vec::into_boxed_slice);
    entry.steps = Steps::from_bytes(get(row, 6)?)?;
    Ok(entry)
}
