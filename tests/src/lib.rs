//! Helpers that the tests in `tests/tests` and `tests/ui` share.

mod events;
mod fault;
mod folder;
mod own_process;
mod proxy;

pub use crate::events::{record_events, take_events};
pub use crate::fault::Fault;
pub use crate::folder::Folder;
pub use crate::own_process::is_own_process;
pub use crate::proxy::Proxy;

use std::io;
use std::sync::atomic::{AtomicU32, Ordering};

/// Something that fails twice before it works.
#[derive(Debug, Default)]
pub struct Flaky(AtomicU32);

impl Flaky {
    /// One that was never tried.
    pub const fn new() -> Self {
        Self(AtomicU32::new(0))
    }

    /// Tries it: the number of the try, from the third on.
    ///
    /// # Errors
    ///
    /// `TimedOut`, twice.
    pub fn work(&self) -> io::Result<u32> {
        match self.0.fetch_add(1, Ordering::Relaxed) + 1 {
            tries @ (1 | 2) => Err(io::Error::new(io::ErrorKind::TimedOut, format!("try {tries}"))),
            tries => Ok(tries),
        }
    }

    /// Number of tries so far.
    pub fn tries(&self) -> u32 {
        self.0.load(Ordering::Relaxed)
    }
}
