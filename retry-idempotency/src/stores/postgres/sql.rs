//! The statements. Each decides by the server's clock as it runs, `clock_timestamp()`: `now()` is when a transaction began.
//!
//! A claim waits for nobody's row lock: a lease that was counted before the wait would be over after it. A change waits for
//! a moment: others that take a key lock its row, and who has lost it is to be told so. It does not wait for longer, since who
//! holds the row may be the caller's own transaction. A lease is counted behind the wait.

/// The table `retry_keys` and its index, for your migrations. To run it again changes nothing.
///
/// The index is for purging. All statements leave the schema to the connection's `search_path`.
pub const SCHEMA: &str = r#"CREATE TABLE IF NOT EXISTS retry_keys (
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
CREATE INDEX IF NOT EXISTS retry_keys_until ON retry_keys (until) WHERE state = 1;
"#;

macro_rules! complete {
    () => {
        "UPDATE retry_keys SET state = 1, result = $4, kept = NULL, steps = '', \
        until = clock_timestamp() + $5::bigint * interval '1 microsecond' \
        WHERE scope = $1 AND key = $2 AND owner = $3"
    };
}

/// Completes a key in a transaction of yours, for clients other than tokio-postgres; with that one, call
/// [`complete`](super::complete).
///
/// Binds: the scope and the key, the owner's 16 bytes, the result's bytes, and for how long to keep it, in microseconds as a
/// `bigint`. If it changes no row, somebody else has taken over the key: roll back.
pub const COMPLETE: &str = complete!();

/// Concurrent creations of one table fail on the catalogue's own index, whatever `IF NOT EXISTS` says: one after the other.
pub(super) const LOCK_SCHEMA: &str = "SELECT pg_advisory_xact_lock(hashtext('retry_keys'))";

pub(super) const SETTINGS: &str = "SELECT current_setting('synchronous_commit'), current_setting('fsync')";

/// `$1` scope, `$2` key, `$3` fingerprint, `$4` owner, `$5` lease.
///
/// Look; if there is no row, insert one; else say what was seen, and the time that is left, which is null for a key that is
/// begun now. No row is answered where another claim's was inserted since: ask again.
pub(super) const CLAIM: &str = "\
WITH seen AS (
    SELECT owner = $4 AS mine, fingerprint IS NOT DISTINCT FROM $3
        OR coalesce(get_byte(fingerprint, 0) <> get_byte($3, 0), false) AS same,
        state, token, runs, result, steps,
        (extract(epoch FROM until - clock_timestamp()) * 1e6)::bigint AS micros_left
    FROM retry_keys WHERE scope = $1 AND key = $2
), inserted AS (
    INSERT INTO retry_keys (scope, key, fingerprint, owner, token, runs, state, until)
    SELECT $1, $2, $3, $4, (extract(epoch FROM clock_timestamp()) * 1e6)::bigint, 1, 0,
        clock_timestamp() + $5::bigint * interval '1 microsecond'
    WHERE NOT EXISTS (SELECT 1 FROM seen)
    ON CONFLICT (scope, key) DO NOTHING
    RETURNING token, runs
)
SELECT true, true, 0::smallint, token, runs, NULL::bytea, ''::bytea, NULL::bigint FROM inserted
UNION ALL SELECT mine, same, state, token, runs, result, steps, micros_left FROM seen";

/// Takes a row that may be taken, unless somebody's transaction holds it: then no row is answered. As [`CLAIM`], and `$6`
/// may resume, `$7` may open again.
///
/// It is rarely needed, and in the statement of a claim it would make each a quarter dearer.
pub(super) const TAKE: &str = "\
WITH free AS (
    SELECT scope, key, state = 1 AND (NOT $7::bool OR owner = $4 OR until <= clock_timestamp()) AS anew
    FROM retry_keys WHERE scope = $1 AND key = $2 AND CASE state
        WHEN 1 THEN until <= clock_timestamp() OR $7 AND owner <> $4
        ELSE until <= clock_timestamp() AND ($7 AND result IS NOT NULL OR $6::bool AND (
            fingerprint IS NOT DISTINCT FROM $3 OR coalesce(get_byte(fingerprint, 0) <> get_byte($3, 0), false)))
        END
    FOR UPDATE SKIP LOCKED
)
UPDATE retry_keys k SET owner = $4, state = 0,
    fingerprint = CASE WHEN f.anew THEN $3 ELSE k.fingerprint END,
    token = greatest(k.token + 1, (extract(epoch FROM clock_timestamp()) * 1e6)::bigint),
    runs = CASE k.state WHEN 1 THEN 1 ELSE k.runs + 1 END,
    until = clock_timestamp() + $5::bigint * interval '1 microsecond',
    result = CASE WHEN f.anew THEN NULL ELSE k.result END,
    kept = CASE WHEN f.anew THEN NULL WHEN k.state = 1 THEN k.until ELSE k.kept END,
    steps = CASE WHEN f.anew OR $7 THEN '' ELSE k.steps END
FROM free f WHERE k.scope = f.scope AND k.key = f.key
RETURNING true, true, 0::smallint, k.token, k.runs, k.result, k.steps, NULL::bigint";

/// The row of `$1` scope, `$2` key, locked; an error where somebody keeps it locked.
macro_rules! locked {
    ($name:literal, $also:literal, $change:literal) => {
        concat!(
            "WITH ",
            $name,
            // Judged where the row is found, and so before it is locked.
            " AS (SELECT scope, key, result IS NULL AS fresh FROM retry_keys WHERE scope = $1 AND key = $2",
            $also,
            " AND set_config('lock_timeout', '250ms', true) IS NOT NULL FOR UPDATE) ",
            $change
        )
    };
}

pub(super) const EXTEND: &str = locked!(
    "mine",
    " AND owner = $3 AND state = 0",
    "UPDATE retry_keys k SET until = clock_timestamp() + $4::bigint * interval '1 microsecond' \
    FROM mine m WHERE k.scope = m.scope AND k.key = m.key RETURNING 1"
);

pub(super) const STEP: &str = locked!(
    "mine",
    " AND owner = $3 AND state = 0",
    "UPDATE retry_keys k SET steps = k.steps || $4 FROM mine m WHERE k.scope = m.scope AND k.key = m.key RETURNING 1"
);

pub(super) const RELEASE: &str = locked!(
    "mine",
    " AND owner = $3 AND state = 0",
    "UPDATE retry_keys k SET until = clock_timestamp() FROM mine m WHERE k.scope = m.scope AND k.key = m.key RETURNING 1"
);

/// [`COMPLETE`], which waits as the others do. It counts from before it waited: that does for a time to be kept, and to
/// lock the row first would make every finish a fifth dearer.
pub(super) const FINISH: &str =
    concat!(complete!(), " AND set_config('lock_timeout', '250ms', true) IS NOT NULL RETURNING 1");

/// A key that was opened again is finished again, as it was.
pub(super) const FORGET: &str = locked!(
    "mine",
    " AND owner = $3 AND state = 0",
    "\
, gone AS (DELETE FROM retry_keys k USING mine m WHERE k.scope = m.scope AND k.key = m.key AND m.fresh),
restored AS (UPDATE retry_keys k SET state = 1, until = k.kept, kept = NULL, steps = ''
    FROM mine m WHERE k.scope = m.scope AND k.key = m.key AND NOT m.fresh)
SELECT 1 FROM mine"
);

/// `$1` scope, `$2` key, `$3` state (0 in flight, 1 interrupted, 2 finished), each if any; `$4`, `$5` after which key;
/// `$6` how many.
pub(super) const LIST: &str = "\
SELECT scope, key, standing, token, runs, result, steps,
    greatest((extract(epoch FROM until - clock_timestamp()) * 1e6)::bigint, 0)
FROM (SELECT *, CASE WHEN state = 1 THEN 2 WHEN until <= clock_timestamp() THEN 1 ELSE 0 END AS standing
    FROM retry_keys) k
WHERE ($1::text IS NULL OR scope = $1) AND ($2::text IS NULL OR key = $2) AND ($3::integer IS NULL OR standing = $3)
    AND (scope, key) > ($4, $5)
ORDER BY scope, key LIMIT $6";

/// `$3` the new owner, `$4` by force, `$5` the result, null where nothing happened, `$6` for how long to keep it.
///
/// Answers the verdict (0 over, 1 finished, 2 in flight, 3 resolved) and what is left of the lease. The clock is read
/// behind the lock.
pub(super) const RESOLVE: &str = "\
WITH there AS (SELECT scope, key, state, until, result IS NULL AS fresh FROM retry_keys
    WHERE scope = $1 AND key = $2 AND set_config('lock_timeout', '250ms', true) IS NOT NULL FOR UPDATE),
judged AS (SELECT *, CASE
        WHEN state = 1 AND until <= at THEN 0 WHEN state = 1 THEN 1 WHEN until > at AND NOT $4::bool THEN 2 ELSE 3
    END AS verdict, (extract(epoch FROM until - at) * 1e6)::bigint AS micros_left
    FROM (SELECT *, clock_timestamp() AS at FROM there) t),
gone AS (DELETE FROM retry_keys k USING judged j
    WHERE k.scope = j.scope AND k.key = j.key AND j.verdict = 3 AND j.fresh AND $5::bytea IS NULL),
finished AS (UPDATE retry_keys k SET owner = $3, state = 1, kept = NULL, steps = '',
        result = coalesce($5, k.result),
        until = CASE WHEN $5 IS NULL THEN k.kept ELSE j.at + $6::bigint * interval '1 microsecond' END
    FROM judged j
    WHERE k.scope = j.scope AND k.key = j.key AND j.verdict = 3 AND NOT (j.fresh AND $5 IS NULL))
SELECT verdict, micros_left FROM judged";

pub(super) const EVICT: &str = locked!(
    "there",
    "",
    "DELETE FROM retry_keys k USING there t WHERE k.scope = t.scope AND k.key = t.key RETURNING 1"
);

/// The clock is read once, in a query of its own: else the index would not be used for it.
pub(super) const PURGE: &str = "\
WITH over AS (SELECT scope, key FROM retry_keys WHERE state = 1 AND until <= (SELECT clock_timestamp())
    ORDER BY until LIMIT $1 FOR UPDATE SKIP LOCKED)
DELETE FROM retry_keys k USING over o WHERE k.scope = o.scope AND k.key = o.key RETURNING 1";
