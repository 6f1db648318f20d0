//! Async runtimes that the crate knows, one per feature.
//!
//! A runtime whose feature is enabled is there on every target, so that the compiler can explain on which it works. No timer
//! but that of JavaScript works on `wasm32-unknown-unknown`: the clocks and threads of the standard library panic there.

#[cfg(feature = "futures-timer")]
mod futures_timer;
#[cfg(feature = "smol")]
mod smol;
#[cfg(feature = "tokio")]
mod tokio;
#[cfg(feature = "wasm")]
mod wasm;

#[cfg(feature = "futures-timer")]
pub use self::futures_timer::FuturesTimer;
#[cfg(feature = "smol")]
pub use self::smol::Smol;
#[cfg(feature = "tokio")]
pub use self::tokio::Tokio;
#[cfg(feature = "wasm")]
pub use self::wasm::Wasm;

/// Runtime of an async function that names none.
///
/// It is the first of tokio, smol and futures-timer whose feature is enabled; on `wasm32-unknown-unknown` it is
/// [`Wasm`](crate::driver::Wasm).
#[cfg(all(feature = "tokio", not(all(target_family = "wasm", target_os = "unknown"))))]
pub type DefaultRuntime = Tokio;

/// Runtime of an async function that names none.
///
/// It is the first of tokio, smol and futures-timer whose feature is enabled; on `wasm32-unknown-unknown` it is
/// [`Wasm`](crate::driver::Wasm).
#[cfg(all(feature = "smol", not(feature = "tokio"), not(all(target_family = "wasm", target_os = "unknown"))))]
pub type DefaultRuntime = Smol;

/// Runtime of an async function that names none.
///
/// It is the first of tokio, smol and futures-timer whose feature is enabled; on `wasm32-unknown-unknown` it is
/// [`Wasm`](crate::driver::Wasm).
#[cfg(all(
    feature = "futures-timer",
    not(any(feature = "tokio", feature = "smol", all(target_family = "wasm", target_os = "unknown")))
))]
pub type DefaultRuntime = FuturesTimer;

/// Runtime of an async function that names none.
///
/// It is [`Wasm`], because no other timer works on this target.
#[cfg(all(feature = "wasm", all(target_family = "wasm", target_os = "unknown")))]
pub type DefaultRuntime = Wasm;
