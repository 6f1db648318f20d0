//! Checks of the server and of the table.

use tokio_postgres::Row;

use crate::admin::{Check, clock, marker};
use crate::protocol::StoreError;
use crate::stores::postgres::claim_row::{get, number};
use crate::stores::postgres::sql;
use crate::stores::postgres::store::PostgresStore;
use crate::support::wall;

/// Settings that may lose what was committed, with the consequence of `off`.
const SETTINGS: [(&str, &str); 3] = [
    (
        "synchronous_commit",
        "a crash of the server loses the last keys, whose effects are then repeated unless they are in the same database; set it on \
         for the role of the service",
    ),
    ("fsync", "a crash of the machine may lose or corrupt everything; set it on"),
    (
        "full_page_writes",
        "a crash of the machine may leave torn pages; set it on, unless the file system writes whole pages",
    ),
];

/// Row of [`sql::DIAGNOSE`].
struct Found {
    settings: [String; 3],
    version: String,
    persistence: Option<String>,
    is_standby: bool,
    has_index_of_ends: bool,
    has_primary_key: bool,
    standbys: i64,
    synchronous_standbys: String,
    lax_roles: Option<String>,
    now: u64,
    read_only: String,
    read_only_roles: Option<String>,
}

impl Found {
    fn read(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            settings: [get(row, 0)?, get(row, 1)?, get(row, 2)?],
            version: get(row, 3)?,
            persistence: get(row, 4)?,
            is_standby: get(row, 5)?,
            has_index_of_ends: get(row, 6)?,
            has_primary_key: get(row, 7)?,
            standbys: get(row, 8)?,
            synchronous_standbys: get(row, 9)?,
            lax_roles: get(row, 10)?,
            now: number(get::<i64>(row, 11)?)?,
            read_only: get(row, 12)?,
            read_only_roles: get(row, 13)?,
        })
    }

    fn settings(&self) -> impl Iterator<Item = Check> {
        SETTINGS.iter().zip(&self.settings).map(|(&(name, advice), value)| {
            if value == "off" { Check::fault(name, value, advice) } else { Check::passed(name, value) }
        })
    }

    /// Checks the settings of other roles.
    ///
    /// The service may have another one than the operator.
    fn roles(&self) -> Check {
        let name = "synchronous_commit of roles";
        match &self.lax_roles {
            None => Check::passed(name, "set by none"),
            Some(roles) => {
                let advice = "a crash of the server loses the last keys of a service with such a role; remove the setting from it";
                Check::warning(name, std::format!("off for {roles}"), advice)
            }
        }
    }

    /// Checks that transactions may write, for this role and for others.
    fn writes(&self) -> Check {
        let name = "default_transaction_read_only";
        let advice = "the server refuses every claim of a role with it; set it off for the role of the service, by `ALTER ROLE` or \
                      `ALTER DATABASE`";
        match &self.read_only_roles {
            _ if self.read_only == "on" => Check::fault(name, "on", advice),
            Some(roles) => Check::warning(name, std::format!("on for {roles}"), advice),
            None => Check::passed(name, "off"),
        }
    }

    fn table(&self) -> Check {
        match self.persistence.as_deref() {
            Some("p") => Check::passed("table", "logged"),
            Some("u") => Check::fault(
                "table",
                "unlogged",
                "a crash empties it, and a standby has none of it; run `ALTER TABLE retry_keys SET LOGGED`",
            ),
            _ => Check::fault("table", "temporary", "it ends with its session; run `postgres::SCHEMA` as a migration"),
        }
    }

    fn indexes(&self) -> [Check; 2] {
        let key = if self.has_primary_key {
            Check::passed("primary key", "there")
        } else {
            let advice =
                "two runs of a key could both be recorded; run `ALTER TABLE retry_keys ADD PRIMARY KEY (scope, key)`";
            Check::fault("primary key", "missing", advice)
        };
        let purge = if self.has_index_of_ends {
            let advice = "a purge does not use it any more, and each finish writes to it; run `DROP INDEX CONCURRENTLY retry_keys_until`";
            Check::warning("index of ends", "there", advice)
        } else {
            Check::passed("index of ends", "none, as it should be")
        };
        [key, purge]
    }

    fn replication(&self) -> Check {
        let name = "replication";
        if self.is_standby {
            return Check::warning(
                name,
                "a standby",
                "it refuses to write, so claims fail; use the address of the primary",
            );
        }
        let standbys = std::format!("{} standbys", self.standbys);
        if self.standbys > 0 && self.synchronous_standbys.is_empty() {
            let advice = "a failover loses the keys that had not been replicated; set `synchronous_standby_names`, or derive keys for \
                          the other side";
            return Check::warning(name, std::format!("{standbys}, none of them synchronous"), advice);
        }
        Check::passed(name, standbys)
    }
}

impl PostgresStore {
    pub(super) async fn checks(&self) -> Result<Vec<Check>, StoreError> {
        let earliest = wall();
        let rows = self.rows(self.admin(), sql::DIAGNOSE, &[]).await?;
        let latest = wall();
        let found = Found::read(rows.first().ok_or(StoreError::Unreadable { what: "the settings" })?)?;
        let mut checks = std::vec![Check::passed("PostgreSQL", &*found.version)];
        checks.extend(found.settings());
        checks.push(found.roles());
        checks.push(found.writes());
        checks.push(found.table());
        checks.extend(found.indexes());
        checks.push(self.check_of_marker().await?);
        checks.push(found.replication());
        checks.push(clock(found.now, earliest, latest));
        Ok(checks)
    }

    async fn check_of_marker(&self) -> Result<Check, StoreError> {
        if self.read_marker().await?.is_none() {
            return Ok(marker(false));
        }
        // Only a process that had the table open before can see that it is another one.
        let hint = "there; a service that refuses new keys has seen another table, which was dropped or replaced: see `retry-keys \
                    acknowledge`";
        Ok(Check::passed("marker", hint))
    }
}
