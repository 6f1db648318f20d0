//! What a call tells the calls inside its attempts: one word a thread, set only while an attempt runs.
//!
//! The word is a deadline in nanoseconds since the clock's anchor, with the low two bits for marks. An async attempt
//! sets it in each poll and puts the old one back, so it is right across `.await`, `join!`, `select!` and threads.

use core::cell::Cell;
use std::thread_local;

use retry_core::internal::NEVER;

/// An attempt is running: the calls inside it are nested.
const IN_SCOPE: u64 = 1;
/// The low bits that are marks; a deadline is exact to 4 ns.
const MARKS: u64 = 3;

thread_local! {
    static WORD: Cell<u64> = const { Cell::new(NEVER & !MARKS) };
}

/// The attempt around the code that runs now; puts the one around that back when it is dropped, panic or not.
pub(crate) struct Scope {
    outer: u64,
}

impl Scope {
    /// Enters an attempt of a call that ends at `deadline`.
    #[inline]
    pub(crate) fn enter(deadline: u64) -> Self {
        Self { outer: WORD.replace(deadline & !MARKS | IN_SCOPE) }
    }
}

impl Drop for Scope {
    #[inline]
    fn drop(&mut self) {
        WORD.set(self.outer);
    }
}

/// When the call ends that is around the code that runs now; `NEVER` if it does not, or there is none.
#[inline]
pub(crate) fn deadline() -> u64 {
    // Rounded up, which makes no deadline `NEVER` again.
    WORD.get() | MARKS
}
