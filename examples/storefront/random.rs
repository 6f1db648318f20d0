//! Random delays from the seed alone.
//!
//! Each call has a generator of its own, so that the order of concurrent calls does not matter.

use std::cell::RefCell;

use retry_examples::random::SplitMix64;
pub(crate) use retry_examples::random::hash;

tokio::task_local! {
    static STATE: RefCell<SplitMix64>;
}

/// Runs `call` with a generator that starts at `seed`.
pub(crate) async fn seeded<F: Future>(seed: u64, call: F) -> F::Output {
    STATE.scope(RefCell::new(SplitMix64::new(seed)), call).await
}

/// The same for a blocking call.
pub(crate) fn seeded_blocking<T>(seed: u64, call: impl FnOnce() -> T) -> T {
    STATE.sync_scope(RefCell::new(SplitMix64::new(seed)), call)
}

/// The next 64 bits of the call around. A draw outside a call would make the table differ from run to run, so it is
/// a bug, and panics.
pub(crate) fn draw() -> u64 {
    STATE.with(|state| state.borrow_mut().bits())
}
