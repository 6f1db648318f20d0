//! Statements.
//!
//! Each reads the server's clock as it runs, by `clock_timestamp()`; `now()` is the start of a transaction.
//!
//! A claim does not wait for a row lock: a lease that is counted before the wait would have ended after it. A transition
//! waits for 250 ms, because a claim that takes over the key locks its row for a moment, and the old holder must learn that
//! it has lost the key. It does not wait longer, because the caller's own transaction may hold the row. A lease is counted
//! after the wait.

/// Table `retry_keys` and its marker, for your migrations.
///
/// Running it again changes nothing. It is one `DO` statement: PostgreSQL runs all of it or nothing.
///
/// One row without a scope and a key is the marker: it identifies the table, and holds the highest token of
/// the keys that were removed. All statements leave the schema to the `search_path` of the connection.
pub const SCHEMA: &str = r#"DO $retry$ BEGIN
IF NOT EXISTS (SELECT 1 FROM pg_class WHERE relname = 'retry_keys' AND relnamespace = current_schema()::regnamespace) THEN
    CREATE TABLE retry_keys (
        scope text COLLATE "C" NOT NULL,
        key text COLLATE "C" NOT NULL,
        fingerprint bytea,
        owner bytea NOT NULL,
        token bigint NOT NULL,
        runs integer NOT NULL,
        state smallint NOT NULL,
        until timestamptz NOT NULL,
        result bytea,
        kept timestamptz,
        steps bytea NOT NULL DEFAULT '',
        PRIMARY KEY (scope, key)
    );
    INSERT INTO retry_keys (scope, key, owner, token, runs, state, until)
        VALUES ('', '', uuid_send(gen_random_uuid()), 0, 0, 2, 'infinity');
END IF;
END $retry$;
"#;

macro_rules! complete {
    () => {
        "UPDATE retry_keys SET state = 1, result = $4, kept = NULL, steps = '', \
        until = clock_timestamp() + $5::bigint * interval '1 microsecond' \
        WHERE scope = $1 AND key = $2 AND owner = $3"
    };
}

/// Statement that completes a key in a transaction of yours.
///
/// It is for clients other than tokio-postgres; with that one, call [`complete`](super::complete). It binds the scope, the
/// key, the 16 bytes of the holder, the bytes of the result, and the time to keep it in microseconds as a `bigint`. If it
/// changes no row, another holder has taken over the key: roll back.
pub const COMPLETE: &str = complete!();

/// Serializes creations of the table.
///
/// Concurrent ones fail in the catalog in spite of `IF NOT EXISTS`.
pub(super) const LOCK_SCHEMA: &str = "SELECT pg_advisory_xact_lock(hashtext('retry_keys'))";

pub(super) const SETTINGS: &str = "SELECT current_setting('synchronous_commit'), current_setting('fsync')";

/// Fails without the table or one of its columns.
pub(super) const COLUMNS: &str = "SELECT scope, key, fingerprint, owner, token, runs, state, until, result, kept, steps \
    FROM retry_keys LIMIT 0";

/// Reads what the promise of the store depends on.
///
/// A column that a role may not see is null or 0.
pub(super) const DIAGNOSE: &str = "\
SELECT current_setting('synchronous_commit'), current_setting('fsync'), current_setting('full_page_writes'),
    current_setting('server_version'), t.relpersistence::text, pg_is_in_recovery(),
    EXISTS (SELECT 1 FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE i.indrelid = t.oid AND c.relname = 'retry_keys_until'),
    EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = t.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
        AND (SELECT array_agg(a.attname::text ORDER BY a.attname) FROM pg_attribute a
            WHERE a.attrelid = t.oid AND a.attnum = ANY (i.indkey)) = ARRAY['key', 'scope']),
    (SELECT count(*) FROM pg_stat_replication), current_setting('synchronous_standby_names'),
    of_roles.lax, (extract(epoch FROM clock_timestamp()) * 1e6)::bigint,
    current_setting('default_transaction_read_only'), of_roles.read_only
FROM pg_class t, (SELECT
    string_agg(DISTINCT coalesce(r.rolname, d.datname, 'all'), ', ') FILTER (WHERE s.setconfig && ARRAY['synchronous_commit=off',
        'synchronous_commit=false', 'synchronous_commit=no', 'synchronous_commit=0']) AS lax,
    string_agg(DISTINCT coalesce(r.rolname, d.datname, 'all'), ', ') FILTER (WHERE s.setconfig && ARRAY['default_transaction_read_only=on',
        'default_transaction_read_only=true', 'default_transaction_read_only=yes', 'default_transaction_read_only=1']) AS read_only
    FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase
    WHERE s.setdatabase = 0 OR d.datname = current_database()) of_roles
WHERE t.oid = 'retry_keys'::regclass";

/// Reads the marker.
///
/// Returns its identity, when a loss was last acknowledged, and the server's clock.
pub(super) const MARKER: &str = "\
SELECT owner, coalesce((extract(epoch FROM kept) * 1e6)::bigint, 0), (extract(epoch FROM clock_timestamp()) * 1e6)::bigint
FROM retry_keys WHERE scope = '' AND key = ''";

/// Notes that a loss is acknowledged, and makes a marker `$1` if there is none.
pub(super) const ACKNOWLEDGE: &str = "\
INSERT INTO retry_keys (scope, key, owner, token, runs, state, until, kept)
VALUES ('', '', $1, (extract(epoch FROM clock_timestamp()) * 1e6)::bigint, 0, 2, 'infinity', clock_timestamp())
ON CONFLICT (scope, key) DO UPDATE SET kept = clock_timestamp()";

/// Notes the highest token of the removed rows in `gone`.
///
/// It is kept in the marker. A key that is claimed again gets a higher one, even if the clock was set back. The clock is noted, so
/// that of many removals at once the first one writes.
macro_rules! noted {
    () => {
        ", noted AS (UPDATE retry_keys SET \
        token = greatest((SELECT max(token) FROM gone), (extract(epoch FROM clock_timestamp()) * 1e6)::bigint) \
        WHERE scope = '' AND key = '' AND token < (SELECT max(token) FROM gone)) "
    };
}

/// Claims a key that is new.
///
/// Binds `$1` scope, `$2` key, `$3` fingerprint, `$4` holder, `$5` lease, `$6` identity of the table, `$7` deadline by the server's clock.
///
/// Returns the token and the server's clock. Returns no row if there is a row of the key already, if the table is
/// not the one that was opened, or if the deadline is over. The deadline is read when all locks of the table are held.
///
/// `NOT EXISTS` comes before the insertion because `ON CONFLICT` waits for a transaction that has changed the row. A claim that is
/// committed at this moment is waited for, and then there is a row.
///
/// It is a statement of its own, because most keys are new, and one that also returned the row of a key that is not would cost a third
/// more. Its clock is a `double precision`, which counts microseconds until the year 2255 and is cheaper than `numeric`.
pub(super) const CLAIM: &str = "\
INSERT INTO retry_keys (scope, key, fingerprint, owner, token, runs, state, until) \
SELECT $1, $2, $3, $4, greatest((date_part('epoch', clock_timestamp()) * 1e6)::bigint, m.token + 1), 1, 0, clock_timestamp() + $5 \
FROM retry_keys m WHERE m.scope = '' AND m.key = '' AND m.owner = $6 AND clock_timestamp() <= $7 \
    AND NOT EXISTS (SELECT FROM retry_keys WHERE scope = $1 AND key = $2) \
ON CONFLICT (scope, key) DO NOTHING RETURNING token, clock_timestamp()";

/// Reads a key for a claim.
///
/// Binds `$1` scope, `$2` key, `$3` fingerprint, `$4` holder.
pub(super) const SEEN: &str = "\
SELECT owner = $4, fingerprint IS NOT DISTINCT FROM $3 OR coalesce(get_byte(fingerprint, 0) <> get_byte($3, 0), false), \
    state, token, runs, result, steps, until, clock_timestamp() \
FROM retry_keys WHERE scope = $1 AND key = $2";

/// Takes a row that may be taken.
///
/// Binds the first five of [`CLAIM`], `$6` if it resumes, `$7` if it reopens, `$8` its deadline.
///
/// Returns the columns of [`SEEN`], with no time until which the key is held, or no row if another transaction holds it or if the deadline is over.
pub(super) const TAKE: &str = "\
WITH free AS (
    SELECT scope, key, state = 1 AND (NOT $7::bool OR owner = $4 OR until <= clock_timestamp()) AS anew
    FROM retry_keys WHERE scope = $1 AND key = $2 AND CASE state
        WHEN 1 THEN until <= clock_timestamp() OR $7 AND owner <> $4
        ELSE until <= clock_timestamp() AND ($7 AND result IS NOT NULL OR $6::bool AND (
            fingerprint IS NOT DISTINCT FROM $3 OR coalesce(get_byte(fingerprint, 0) <> get_byte($3, 0), false)))
        END AND clock_timestamp() <= $8
    FOR UPDATE SKIP LOCKED
)
UPDATE retry_keys k SET owner = $4, state = 0,
    fingerprint = CASE WHEN f.anew THEN $3 ELSE k.fingerprint END,
    token = greatest(k.token + 1, (extract(epoch FROM clock_timestamp()) * 1e6)::bigint),
    runs = CASE k.state WHEN 1 THEN 1 ELSE k.runs + 1 END,
    until = clock_timestamp() + $5,
    result = CASE WHEN f.anew THEN NULL ELSE k.result END,
    kept = CASE WHEN f.anew THEN NULL WHEN k.state = 1 THEN k.until ELSE k.kept END,
    steps = CASE WHEN f.anew OR $7 THEN '' ELSE k.steps END
FROM free f WHERE k.scope = f.scope AND k.key = f.key
RETURNING true, true, 0::smallint, k.token, k.runs, k.result, k.steps, NULL::timestamptz, clock_timestamp()";

/// Locks the row of `$1` scope, `$2` key.
///
/// Fails if another transaction holds it for longer than 250 ms.
macro_rules! locked {
    ($name:literal, $also:literal, $($change:tt)+) => {
        concat!(
            "WITH ",
            $name,
            // Evaluated when the row is found, which is before it is locked.
            " AS (SELECT scope, key, result IS NULL AS fresh FROM retry_keys WHERE scope = $1 AND key = $2",
            $also,
            " AND set_config('lock_timeout', '250ms', true) IS NOT NULL FOR UPDATE) ",
            $($change)+
        )
    };
}

pub(super) const EXTEND: &str = locked!(
    "mine",
    " AND owner = $3 AND state = 0",
    "UPDATE retry_keys k SET until = clock_timestamp() + $4 \
    FROM mine m WHERE k.scope = m.scope AND k.key = m.key"
);

pub(super) const STEP: &str = locked!(
    "mine",
    " AND owner = $3 AND state = 0",
    "UPDATE retry_keys k SET steps = k.steps || $4 FROM mine m WHERE k.scope = m.scope AND k.key = m.key"
);

pub(super) const RELEASE: &str = locked!(
    "mine",
    " AND owner = $3 AND state = 0",
    "UPDATE retry_keys k SET until = clock_timestamp() FROM mine m WHERE k.scope = m.scope AND k.key = m.key"
);

/// [`COMPLETE`] with the same bound on the wait.
///
/// It counts from before the wait. That is enough for the time to keep a result, and locking the row first would make
/// every finish a fifth more expensive.
pub(super) const FINISH: &str = concat!(complete!(), " AND set_config('lock_timeout', '250ms', true) IS NOT NULL");

/// Removes a key.
///
/// A key that was opened again is finished again with its old result.
pub(super) const FORGET: &str = locked!(
    "mine",
    " AND owner = $3 AND state = 0",
    "\
, gone AS (DELETE FROM retry_keys k USING mine m WHERE k.scope = m.scope AND k.key = m.key AND m.fresh RETURNING k.token)",
    noted!(),
    "\
, restored AS (UPDATE retry_keys k SET state = 1, until = k.kept, kept = NULL, steps = ''
    FROM mine m WHERE k.scope = m.scope AND k.key = m.key AND NOT m.fresh)
SELECT 1 FROM mine"
);

/// Reads the token of the last holder.
pub(super) const TOKEN: &str = "SELECT token FROM retry_keys WHERE scope = $1 AND key = $2";

/// Counts the keys of `$1` scope that have not expired, up to `$2`.
pub(super) const COUNT: &str = "SELECT count(*) FROM (SELECT 1 FROM retry_keys \
    WHERE scope = $1 AND NOT (state = 1 AND until <= clock_timestamp()) LIMIT $2::bigint) k";

/// Lists keys.
///
/// Binds `$1` scope, `$2` key, `$3` state (0 in flight, 1 interrupted, 2 finished); each may be null.
///
/// `$4` and `$5` are the scope and key to start after, `$6` the limit.
///
/// The length of a large value is known without reading it.
pub(super) const LIST: &str = "\
SELECT scope, key, standing, token, runs, octet_length(result)::bigint, octet_length(steps)::bigint,
    greatest((extract(epoch FROM until - clock_timestamp()) * 1e6)::bigint, 0)
FROM (SELECT *, CASE WHEN state = 1 THEN 2 WHEN until <= clock_timestamp() THEN 1 ELSE 0 END AS standing
    FROM retry_keys) k
WHERE ($1::text IS NULL OR scope = $1) AND ($2::text IS NULL OR key = $2) AND ($3::integer IS NULL OR standing = $3)
    AND (scope, key) > ($4, $5)
ORDER BY scope, key LIMIT $6";

/// Reads a key: `$1` scope, `$2` key.
pub(super) const READ: &str = "\
SELECT scope, key, CASE WHEN state = 1 THEN 2 WHEN until <= clock_timestamp() THEN 1 ELSE 0 END, token, runs,
    octet_length(result)::bigint, octet_length(steps)::bigint,
    greatest((extract(epoch FROM until - clock_timestamp()) * 1e6)::bigint, 0), result, steps
FROM retry_keys WHERE scope = $1 AND key = $2";

/// Resolves a key.
///
/// Binds `$3` new holder, `$4` force, `$5` result, null if nothing happened, `$6` time to keep it.
///
/// Returns the verdict (0 expired, 1 finished, 2 in flight, 3 resolved) and the rest of the lease. The clock is read under
/// the lock. The owner of a result of an operator begins with `HolderId::OPERATOR`.
pub(super) const RESOLVE: &str = concat!(
    "\
WITH there AS (SELECT scope, key, owner, state, until, result IS NULL AS fresh FROM retry_keys
    WHERE scope = $1 AND key = $2 AND set_config('lock_timeout', '250ms', true) IS NOT NULL FOR UPDATE),
judged AS (SELECT *, CASE
        WHEN state = 1 AND until <= at THEN 0
        WHEN state = 1 AND NOT ($4::bool AND $5::bytea IS NOT NULL AND substring(owner FROM 1 FOR 8) = 'operator'::bytea) THEN 1
        WHEN until > at AND NOT $4 THEN 2 ELSE 3
    END AS verdict, (extract(epoch FROM until - at) * 1e6)::bigint AS micros_left
    FROM (SELECT *, clock_timestamp() AS at FROM there) t),
gone AS (DELETE FROM retry_keys k USING judged j
    WHERE k.scope = j.scope AND k.key = j.key AND j.verdict = 3 AND j.fresh AND $5::bytea IS NULL RETURNING k.token)",
    noted!(),
    "\
, finished AS (UPDATE retry_keys k SET owner = $3, state = 1, kept = NULL, steps = '',
        result = coalesce($5, k.result),
        until = CASE WHEN $5 IS NULL THEN k.kept ELSE j.at + $6::bigint * interval '1 microsecond' END
    FROM judged j
    WHERE k.scope = j.scope AND k.key = j.key AND j.verdict = 3 AND NOT (j.fresh AND $5 IS NULL))
SELECT verdict, micros_left FROM judged"
);

pub(super) const EVICT: &str = locked!(
    "there",
    "",
    ", gone AS (DELETE FROM retry_keys k USING there t WHERE k.scope = t.scope AND k.key = t.key RETURNING k.token)",
    noted!(),
    "SELECT 1 FROM gone"
);

/// Removes expired keys in a range of pages.
///
/// Binds `$1` limit, `$2` microseconds by which the clock was set forward, `$3` first page, `$4` page after the last.
///
/// Returns the number of removed keys, whether there may be more of them in these pages, the page of the last one, which is null if there is
/// none, and the number of pages of the table. There is no index of the ends, because it would double what a finish writes. The clock
/// is read in a subquery, once.
pub(super) const PURGE: &str = concat!(
    "\
WITH over AS (SELECT ctid AS at FROM retry_keys
    WHERE ctid >= ('(' || $3::bigint || ',0)')::tid AND ctid < ('(' || $4::bigint || ',0)')::tid
        AND state = 1 AND until <= (SELECT clock_timestamp() - $2::bigint * interval '1 microsecond')
    LIMIT $1::bigint FOR UPDATE SKIP LOCKED),
gone AS (DELETE FROM retry_keys k WHERE k.ctid = ANY (ARRAY(SELECT at FROM over)) RETURNING k.token, k.ctid AS at)",
    noted!(),
    "\
SELECT (SELECT count(*) FROM gone), (SELECT count(*) FROM over) >= $1, (SELECT max((at::text::point)[0])::bigint FROM gone),
    pg_relation_size('retry_keys') / current_setting('block_size')::bigint"
);
