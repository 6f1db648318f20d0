//! Clocks of stores, which jump.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Clock of the store in SQLite, in microseconds.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(crate) fn set(&self, seconds: i64) {
        self.0.store(seconds * 1_000_000, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> u64 {
        let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
        u64::try_from(micros).unwrap_or(u64::MAX).saturating_add_signed(self.0.load(Ordering::SeqCst))
    }
}

/// Returns the clock that nobody sets, in microseconds.
pub(crate) fn monotonic() -> impl Fn() -> u64 {
    let begun = Instant::now();
    move || u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX)
}

/// The clock of PostgreSQL, by a function of the name that its statements call.
pub(crate) const SHADOW: &str = "
    CREATE TABLE skew (seconds bigint NOT NULL);
    INSERT INTO skew VALUES (0);
    CREATE FUNCTION clock_timestamp() RETURNS timestamptz VOLATILE LANGUAGE sql AS
        'SELECT pg_catalog.clock_timestamp() + (SELECT seconds FROM skew) * interval ''1 second''';";
