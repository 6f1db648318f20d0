//! Event of a key that was answered with its recorded result.

#[cfg(feature = "events")]
use retry_runtime::{Operation, TimedPolicy};

/// Origin of the event.
///
/// Neither has an operation of its own, so all keys of one origin share a label.
#[derive(Clone, Copy)]
pub(crate) enum Replayer {
    Once,
    #[cfg(feature = "axum")]
    Layer,
}

#[cfg(feature = "events")]
static ONCE: Operation = Operation::new("idempotency::once", TimedPolicy::new());
#[cfg(all(feature = "events", feature = "axum"))]
static LAYER: Operation = Operation::new("idempotency::layer", TimedPolicy::new());

/// Emits the event. Compiles to nothing unless the `events` feature is enabled.
pub(crate) fn key_replayed(by: Replayer) {
    #[cfg(feature = "events")]
    retry_runtime::events::key_replayed(match by {
        Replayer::Once => &ONCE,
        #[cfg(feature = "axum")]
        Replayer::Layer => &LAYER,
    });
    #[cfg(not(feature = "events"))]
    let _ = by;
}
