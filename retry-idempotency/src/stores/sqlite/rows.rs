//! Rows of a file.

use core::cell::{Cell, RefCell};
use core::time::Duration;
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, ToSql, named_params, params};

use crate::admin::{Filter, KeyEntry, KeyState};
use crate::protocol::{Fingerprint, HolderId, Id, Steps, StoreError};
use crate::state_machine::{Moment, Row, state};
use crate::stores::clock_watch::ClockWatch;
use crate::stores::quota::{Quota, Room};
use crate::stores::sqlite::identity::OpenFile;
use crate::stores::sqlite::marker::{Marker, SeenMarker};
use crate::stores::sqlite::options::{Clock, SqliteOptions};

const LOAD: &str = "SELECT fingerprint, owner, token, runs, state, until, result, kept, steps FROM retry_keys \
    WHERE scope = ?1 AND key = ?2";

const SAVE: &str = "INSERT INTO retry_keys \
    (scope, key, fingerprint, owner, token, runs, state, until, result, kept, steps) \
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT (scope, key) DO UPDATE SET \
    fingerprint = excluded.fingerprint, owner = excluded.owner, token = excluded.token, runs = excluded.runs, \
    state = excluded.state, until = excluded.until, result = excluded.result, kept = excluded.kept, \
    steps = excluded.steps";

const REMOVE: &str = "DELETE FROM retry_keys WHERE scope = ?1 AND key = ?2 RETURNING token";

const PURGE: &str = "DELETE FROM retry_keys WHERE rowid IN \
    (SELECT rowid FROM retry_keys WHERE state = 1 AND until <= ?1 ORDER BY until LIMIT ?2) RETURNING token";

const TOKEN: &str = "SELECT token FROM retry_schema";

const RAISE_TOKEN: &str = "UPDATE retry_schema SET token = max(token, ?1)";

/// Counts the keys of a scope that have not expired, up to a limit.
const COUNT: &str = "SELECT count(*) FROM (SELECT 1 FROM retry_keys \
    WHERE scope = ?1 AND NOT (state = 1 AND until <= ?2) LIMIT ?3)";

/// Reads the marker. Its `until` is the time at which a loss was acknowledged.
const MARKER: &str = "SELECT owner, until FROM retry_keys WHERE scope = '' AND key = ''";

const ACKNOWLEDGE: &str = "INSERT INTO retry_keys VALUES ('', '', NULL, ?1, 0, 0, 0, ?2, NULL, 0, x'') \
    ON CONFLICT (scope, key) DO UPDATE SET until = excluded.until";

/// The length of a value is known without reading it.
const LIST: &str = "SELECT scope, key, token, runs, state, until, length(result), length(steps) \
    FROM retry_keys WHERE (scope, key) > (:after_scope, :after_key) \
    AND (:scope IS NULL OR scope = :scope) AND (:key IS NULL OR key = :key) \
    AND (:state IS NULL OR state = :state) AND (:over IS NULL OR (until <= :now) = :over) \
    ORDER BY scope, key LIMIT :limit";

/// Rows of a file, on one connection.
pub(super) struct Rows {
    connection: Connection,
    clock: Clock,
    /// Monotonic clock beside it, if there is one.
    monotonic: Option<Clock>,
    watch: RefCell<ClockWatch>,
    /// Highest token that was given here, also to removed rows.
    token: Cell<u64>,
    /// Rows added since the last tidying.
    added: Cell<usize>,
    /// True if rows were removed since the highest token was written to the file.
    removed: Cell<bool>,
    quota: Option<Quota>,
    marker: SeenMarker,
    file: OpenFile,
}

impl Rows {
    pub(super) fn new(connection: Connection, options: &SqliteOptions) -> Self {
        let file = OpenFile::at(Path::new(connection.path().unwrap_or_default()));
        let rows = Self {
            connection,
            file,
            marker: SeenMarker::default(),
            clock: options.clock.clone(),
            monotonic: options.monotonic.clone(),
            watch: RefCell::default(),
            token: Cell::new(0),
            added: Cell::new(0),
            removed: Cell::new(false),
            quota: options.keys_per_scope.map(Quota::new),
        };
        rows.moment();
        rows
    }

    /// Reads the marker when the store is opened.
    pub(super) fn see_marker(&self) -> Result<(), StoreError> {
        self.marker.set(self.read_marker()?);
        Ok(())
    }

    fn read_marker(&self) -> Result<Option<Marker>, StoreError> {
        let mut statement = self.connection.prepare_cached(MARKER)?;
        let found = statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        Ok(found.map(|(id, acknowledged)| Marker { id, acknowledged: natural(acknowledged), now: self.now() }))
    }

    /// Checks that the file and its tables are still those that were opened.
    ///
    /// For tables that lack the row of a key.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forgot`] if they are others, or if they were emptied.
    pub(super) fn check_marker(&self) -> Result<(), StoreError> {
        let is_same = self.file.is_in_place() && self.marker.accepts(self.read_marker()?);
        if is_same { Ok(()) } else { Err(StoreError::Forgot) }
    }

    /// Acknowledges that the tables have all the keys that they should have.
    pub(super) fn acknowledge(&self) -> Result<(), StoreError> {
        let id = HolderId::random();
        self.connection.prepare_cached(ACKNOWLEDGE)?.execute(params![id.as_bytes(), integer(self.now())])?;
        self.see_marker()
    }

    pub(super) fn file(&self) -> &OpenFile {
        &self.file
    }

    /// Reads the clock, and how far it was set forward.
    pub(super) fn moment(&self) -> Moment {
        let now = self.now();
        let ahead = match &self.monotonic {
            Some(monotonic) => self.watch.borrow_mut().observe(now, monotonic()),
            None => 0,
        };
        Moment { now, expiry: now.saturating_sub(ahead) }
    }

    pub(super) fn now(&self) -> u64 {
        (self.clock)()
    }

    /// Returns the token of a first use.
    ///
    /// It is the time, or above it if the clock stood still or was set back.
    ///
    /// It is above the tokens of removed rows, whichever process has removed them.
    pub(super) fn token(&self, now: u64) -> Result<u64, StoreError> {
        let noted = self.connection.prepare_cached(TOKEN)?.query_row([], |row| row.get(0))?;
        self.raise_token(natural(noted));
        self.token.set(now.max(self.token.get().saturating_add(1)));
        Ok(self.token.get())
    }

    fn raise_token(&self, token: u64) {
        self.token.set(self.token.get().max(token));
    }

    /// Adds the row of a new key.
    ///
    /// # Errors
    ///
    /// [`StoreError::ScopeFull`] if the scope has as many keys as it may.
    pub(super) fn add(&self, id: Id<'_>, row: &Row) -> Result<(), StoreError> {
        if let Some(quota) = &self.quota {
            self.check(quota, id.scope())?;
        }
        self.added.set(self.added.get() + 1);
        self.save(id, row)?;
        if let Some(quota) = &self.quota {
            quota.added(id.scope());
        }
        Ok(())
    }

    fn check(&self, quota: &Quota, scope: &str) -> Result<(), StoreError> {
        let has_room = match quota.room(scope) {
            Room::Free => true,
            Room::Full => false,
            Room::Uncounted => {
                let values = params![scope, integer(self.now()), integer(quota.max() as u64)];
                let keys = self.connection.prepare_cached(COUNT)?.query_row(values, |row| row.get(0))?;
                quota.counted(scope, usize::try_from(natural(keys)).unwrap_or(usize::MAX))
            }
        };
        if has_room { Ok(()) } else { Err(StoreError::ScopeFull { keys: quota.max() }) }
    }

    /// Tidies up at the end of a transaction.
    ///
    /// It removes expired rows, and writes the highest token if rows were removed.
    ///
    /// It removes more rows than were added, so that expired ones become fewer.
    pub(super) fn tidy(&self) -> Result<(), StoreError> {
        let added = self.added.take();
        if added > 0 {
            self.purge(2 * added)?;
        }
        if self.removed.take() {
            self.connection.prepare_cached(RAISE_TOKEN)?.execute([integer(self.token.get())])?;
        }
        Ok(())
    }

    pub(super) fn execute(&self, sql: &str) -> Result<(), StoreError> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    /// Returns true if no transaction is open.
    ///
    /// SQLite ends one by itself after some failures.
    pub(super) fn is_outside(&self) -> bool {
        self.connection.is_autocommit()
    }

    pub(super) fn load(&self, id: Id<'_>) -> Result<Option<Row>, StoreError> {
        let mut statement = self.connection.prepare_cached(LOAD)?;
        statement.query_row(params![id.scope(), id.key()], |row| Ok(read(row))).optional()?.transpose()
    }

    pub(super) fn save(&self, id: Id<'_>, row: &Row) -> Result<(), StoreError> {
        self.raise_token(row.token);
        self.connection.prepare_cached(SAVE)?.execute(params![
            id.scope(),
            id.key(),
            row.fingerprint.as_ref().map(Fingerprint::as_bytes),
            row.holder.as_bytes(),
            integer(row.token),
            row.runs,
            row.is_finished,
            integer(row.until),
            row.result,
            integer(row.kept),
            row.steps.as_bytes(),
        ])?;
        Ok(())
    }

    pub(super) fn remove(&self, id: Id<'_>) -> Result<bool, StoreError> {
        Ok(self.delete(REMOVE, params![id.scope(), id.key()])? > 0)
    }

    pub(super) fn purge(&self, limit: usize) -> Result<usize, StoreError> {
        self.delete(PURGE, params![integer(self.moment().expiry), integer(limit as u64)])
    }

    fn delete(&self, sql: &str, values: &[&dyn ToSql]) -> Result<usize, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut tokens = statement.query(values)?;
        let mut removed = 0;
        while let Some(row) = tokens.next()? {
            self.raise_token(natural(row.get(0)?));
            self.removed.set(true);
            removed += 1;
        }
        Ok(removed)
    }

    /// Returns the entries after a scope and a key, in order.
    pub(super) fn list(
        &self,
        filter: Filter<'_>,
        after: (&str, &str),
        limit: usize,
    ) -> Result<Vec<KeyEntry>, StoreError> {
        let now = self.now();
        let mut statement = self.connection.prepare_cached(LIST)?;
        let mut rows = statement.query(named_params! {
            ":after_scope": after.0,
            ":after_key": after.1,
            ":scope": filter.scope,
            ":key": filter.key,
            ":state": filter.state.map(|state| state == KeyState::Finished),
            ":over": filter.state.filter(|state| *state != KeyState::Finished).map(|state| state == KeyState::Interrupted),
            ":now": integer(now),
            ":limit": integer(limit as u64),
        })?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            entries.push(entry(row, now)?);
        }
        Ok(entries)
    }
}

fn entry(row: &rusqlite::Row<'_>, now: u64) -> Result<KeyEntry, StoreError> {
    let (scope, key) = (row.get_ref(0)?.as_str(), row.get_ref(1)?.as_str());
    let (Ok(scope), Ok(key)) = (scope, key) else { return Err(StoreError::Unreadable { what: "a key" }) };
    let (is_finished, until): (bool, _) = (row.get(4)?, natural(row.get(5)?));
    let state = state(is_finished, until, now);
    let left = Duration::from_micros(until.saturating_sub(now));
    let mut entry = KeyEntry::new(Id::new(scope, key)?, state, natural(row.get(2)?), left);
    entry.runs = row.get(3)?;
    entry.result_bytes = row.get::<_, Option<i64>>(6)?.map(natural);
    entry.steps_bytes = natural(row.get(7)?);
    Ok(entry)
}

fn read(row: &rusqlite::Row<'_>) -> Result<Row, StoreError> {
    let fingerprint: Option<[u8; Fingerprint::LENGTH]> = row.get(0)?;
    Ok(Row {
        fingerprint: fingerprint.map(Fingerprint::from_bytes),
        holder: HolderId::from_bytes(row.get(1)?),
        token: natural(row.get(2)?),
        runs: row.get(3)?,
        is_finished: row.get(4)?,
        until: natural(row.get(5)?),
        result: row.get::<_, Option<Vec<u8>>>(6)?.map(Vec::into_boxed_slice),
        kept: natural(row.get(7)?),
        steps: Steps::from_bytes(row.get(8)?)?,
    })
}

/// Returns an integer of SQLite.
///
/// It ends at 2^63: 292,000 years in microseconds.
pub(super) fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn natural(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
