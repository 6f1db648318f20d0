//! Monotonic time as nanoseconds since a fixed moment of this process, the anchor.

use std::sync::OnceLock;
use std::time::Duration;
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
use std::time::Instant;
#[cfg(any(feature = "http", feature = "idempotency-key"))]
use std::time::SystemTime;

use retry_core::{Moment, units};
// The clocks of the standard library panic there.
#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
use web_time::Instant;

static ANCHOR: OnceLock<Instant> = OnceLock::new();

/// Returns `at` in nanoseconds since the anchor.
///
/// The anchor lies a day before the first use, because a test's paused clock may show a time before that use.
pub(crate) fn since_anchor(at: Instant) -> Moment {
    #[cfg(feature = "testing")]
    crate::calls::env::paused::note_read();
    let anchor = *ANCHOR.get_or_init(|| {
        let now = Instant::now();
        now.checked_sub(Duration::from_nanos(units::DAY)).unwrap_or(now)
    });
    let now = Moment::ORIGIN.after(at.saturating_duration_since(anchor));
    #[cfg(feature = "testing")]
    let now = now.after(Duration::from_nanos(crate::test_scope::clock::ahead()));
    now
}

/// Returns the current time of the system.
pub(crate) fn system_now() -> Moment {
    since_anchor(Instant::now())
}

/// Returns the current time outside of a driver.
///
/// The clock is one that a test has paused, else tokio's, else the system's.
pub(crate) fn now() -> Moment {
    #[cfg(feature = "testing")]
    if let Some(now) = crate::calls::env::paused::now() {
        return now;
    }
    #[cfg(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown"))))]
    return since_anchor(tokio::time::Instant::now().into_std());
    #[cfg(not(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown")))))]
    return system_now();
}

/// Returns the nanoseconds of the current moment.
pub fn now_nanos() -> u64 {
    now().as_nanos()
}

/// Returns the date and time.
#[cfg(any(feature = "http", feature = "idempotency-key"))]
#[cfg(not(all(feature = "wasm", target_family = "wasm", target_os = "unknown")))]
pub(crate) fn system_time() -> SystemTime {
    SystemTime::now()
}

/// Returns the date and time.
#[cfg(any(feature = "http", feature = "idempotency-key"))]
#[cfg(all(feature = "wasm", target_family = "wasm", target_os = "unknown"))]
pub(crate) fn system_time() -> SystemTime {
    let since = web_time::SystemTime::now().duration_since(web_time::UNIX_EPOCH);
    SystemTime::UNIX_EPOCH + since.unwrap_or_default()
}
