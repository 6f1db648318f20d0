//! Time of the running code, ahead of its driver's clock.

use core::cell::Cell;
use std::thread_local;

/// Nanoseconds that a flow has skipped; `None` for the latest of its scope.
pub(super) type Flow = Option<u64>;

thread_local! {
    static FLOW: Cell<Flow> = const { Cell::new(None) };
}

/// Returns the flow of the running code.
pub(super) fn get() -> Flow {
    FLOW.get()
}

/// Replaces the flow of the running code; returns the one before.
pub(super) fn replace(flow: Flow) -> Flow {
    FLOW.replace(flow)
}
