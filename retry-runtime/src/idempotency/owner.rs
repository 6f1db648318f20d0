//! Who holds a key.

use core::cell::Cell;
use core::fmt;
use core::hash::BuildHasher;
use std::hash::RandomState;
use std::{process, thread_local};

/// Who holds a key: 16 bytes of chance, new for each use.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner([u8; 16]);

/// A generator of a thread's own: what it counts, hashed under two keys that begin with the operating system's chance.
struct Generator {
    halves: [RandomState; 2],
    drawn: Cell<u64>,
}

thread_local! {
    static GENERATOR: Generator = Generator::new();
}

impl Generator {
    fn new() -> Self {
        Self { halves: [RandomState::new(), RandomState::new()], drawn: Cell::new(0) }
    }

    fn draw(&self) -> [u8; 16] {
        self.drawn.set(self.drawn.get().wrapping_add(1));
        // A forked process has the same keys and the same count, but another number.
        let drawn = (self.drawn.get(), process::id());
        let [first, second] = &self.halves;
        let halves = [first.hash_one(drawn), second.hash_one(drawn)].map(u64::to_le_bytes);
        let mut bytes = [0; 16];
        for (bytes, half) in bytes.chunks_exact_mut(8).zip(&halves) {
            bytes.copy_from_slice(half);
        }
        bytes
    }
}

impl Owner {
    /// A new owner.
    ///
    /// It comes from the operating system's chance, drawn once a thread, and not from [`random`](crate::random): two
    /// processes that were given one seed must not take each other for themselves. The number of the process is looked up
    /// each time and is part of it, so a process and its forks draw different ones.
    ///
    /// A machine's memory that is copied whole, as by a snapshot of a running virtual machine that is started twice, is out
    /// of its reach: both would draw the same.
    pub fn random() -> Self {
        // A thread that is ending has no generator any more.
        Self(GENERATOR.try_with(Generator::draw).unwrap_or_else(|_| Generator::new().draw()))
    }

    /// The owner that a store has read.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// What a store writes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for Owner {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Owner({:032x})", u128::from_be_bytes(self.0))
    }
}
