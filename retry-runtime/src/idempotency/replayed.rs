//! Telling that a key was answered with what was remembered.

#[cfg(feature = "events")]
use crate::{Operation, Policy};

/// What answers: it has no operation of its own, so all of its keys are told as one.
#[derive(Clone, Copy)]
pub(crate) enum Answerer {
    Once,
    #[cfg(feature = "axum")]
    Layer,
}

#[cfg(feature = "events")]
static ONCE: Operation = Operation::new("idempotency::once", Policy::new());
#[cfg(all(feature = "events", feature = "axum"))]
static LAYER: Operation = Operation::new("idempotency::layer", Policy::new());

pub(crate) fn replayed(by: Answerer) {
    #[cfg(feature = "events")]
    crate::events::key_replayed(match by {
        Answerer::Once => &ONCE,
        #[cfg(feature = "axum")]
        Answerer::Layer => &LAYER,
    });
    #[cfg(not(feature = "events"))]
    let _ = by;
}
