//! Source of random numbers: a generator per thread, or one of your own.
//!
//! Jitter needs an even spread, not secrecy: xoshiro256++ (`rand`'s `SmallRng`), seeded from the operating system once per
//! thread.

use core::cell::RefCell;
use core::fmt;
#[cfg(not(all(feature = "wasm", all(target_family = "wasm", target_os = "unknown"))))]
use core::hash::{BuildHasher, Hasher};
#[cfg(not(all(feature = "wasm", all(target_family = "wasm", target_os = "unknown"))))]
use std::collections::hash_map::RandomState;
use std::sync::OnceLock;
use std::thread_local;

use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

static INSTALLED: OnceLock<fn() -> u64> = OnceLock::new();

thread_local! {
    static GENERATOR: RefCell<SmallRng> = RefCell::new(SmallRng::seed_from_u64(entropy()));
}

/// Installs `generator` as the source of random numbers of this process.
///
/// It returns 64 uniform bits per call.
///
/// # Errors
///
/// If a generator is installed already. It stays installed.
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// static STATE: AtomicU64 = AtomicU64::new(7);
///
/// // A Weyl sequence: enough for a demonstration.
/// retry_runtime::random::install(|| STATE.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed))?;
/// # Ok::<(), retry_runtime::random::AlreadyInstalled>(())
/// ```
pub fn install(generator: fn() -> u64) -> Result<(), AlreadyInstalled> {
    INSTALLED.set(generator).map_err(|_| AlreadyInstalled)
}

/// Seeds the generator of this thread, for the same delays in each run.
///
/// Has no effect on a generator that was installed. Inside a scope of the feature `testing` it seeds the scope.
pub fn seed(seed: u64) {
    #[cfg(feature = "testing")]
    if let Some(scope) = crate::test_scope::current() {
        return scope.seed(seed);
    }
    GENERATOR.with_borrow_mut(|generator| *generator = SmallRng::seed_from_u64(seed));
}

/// Error of [`install`]: a generator is installed already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AlreadyInstalled;

impl fmt::Display for AlreadyInstalled {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a generator is installed already; install one once, where the program starts")
    }
}

impl core::error::Error for AlreadyInstalled {}

/// Returns 64 random bits.
pub fn random() -> u64 {
    match INSTALLED.get() {
        Some(generator) => generator(),
        #[cfg(feature = "testing")]
        None if crate::test_scope::is_entered() => {
            crate::test_scope::current().map_or_else(entropy, |scope| scope.random())
        }
        // The generator of a thread that is ending is gone.
        None => GENERATOR.try_with(|generator| generator.borrow_mut().next_u64()).unwrap_or_else(|_| entropy()),
    }
}

/// Returns 64 bits from JavaScript.
///
/// The standard library has no source of them there.
#[cfg(all(feature = "wasm", all(target_family = "wasm", target_os = "unknown")))]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // below 2^32
fn entropy() -> u64 {
    let half = || (js_sys::Math::random() * 4_294_967_296.0) as u64;
    half() << 32 | half()
}

/// Returns 64 bits from the operating system.
///
/// They come from the keys of the standard library's hasher.
#[cfg(not(all(feature = "wasm", all(target_family = "wasm", target_os = "unknown"))))]
fn entropy() -> u64 {
    RandomState::new().build_hasher().finish()
}
