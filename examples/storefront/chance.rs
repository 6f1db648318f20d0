//! Chance that depends on the seed alone: each call draws its waits from a generator of its own, so the order in
//! which concurrent calls come does not matter.

use std::cell::Cell;

tokio::task_local! {
    static STATE: Cell<u64>;
}

/// Runs `call` with a generator that starts at `seed`.
pub(crate) async fn seeded<F: Future>(seed: u64, call: F) -> F::Output {
    STATE.scope(Cell::new(seed), call).await
}

/// The same for a blocking call.
pub(crate) fn seeded_blocking<T>(seed: u64, call: impl FnOnce() -> T) -> T {
    STATE.sync_scope(Cell::new(seed), call)
}

/// The next 64 bits of the call around. A draw outside a call would make the table differ from run to run, so it is
/// a bug, and panics.
pub(crate) fn draw() -> u64 {
    STATE.with(|state| {
        state.set(state.get().wrapping_add(STEP));
        scramble(state.get())
    })
}

/// 64 bits that depend on every one of `parts` and on their order.
pub(crate) fn hash<const N: usize>(parts: [u64; N]) -> u64 {
    parts.into_iter().fold(STEP, |hash, part| scramble(hash.wrapping_add(STEP) ^ scramble(part)))
}

/// `SplitMix64`: the golden ratio as step, and Stafford's mix.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

fn scramble(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}
