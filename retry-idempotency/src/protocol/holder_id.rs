//! Identity of a lease holder.

use core::cell::Cell;
use core::fmt;
use core::hash::BuildHasher;
use std::hash::RandomState;
use std::process;

/// Identity of a lease holder: 16 random bytes, drawn anew for each use of a key.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HolderId([u8; 16]);

/// Generator of a thread.
///
/// It hashes a counter under two keys that the operating system's randomness seeds.
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
        // A forked process has the same keys and the same counter, but another process id.
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

impl HolderId {
    /// Draws a new identity.
    ///
    /// The bytes come from the operating system's randomness, drawn once per thread, and not from
    /// [`retry_runtime::random`]: two processes with the same seed must not take each other for themselves. The process id
    /// is part of the draw, so a process and its forks draw different identities.
    ///
    /// A memory image that is copied whole is out of reach: a snapshot of a running virtual machine that is started twice
    /// draws the same identities in both.
    pub fn random() -> Self {
        // A thread that is ending has lost its generator.
        Self(GENERATOR.try_with(Generator::draw).unwrap_or_else(|_| Generator::new().draw()))
    }

    /// Draws an identity for an operator who finishes a key.
    ///
    /// It begins with [`OPERATOR`](Self::OPERATOR), so that the result differs from that of a run, and can be replaced.
    pub fn operator() -> Self {
        let mut bytes = Self::random().0;
        bytes[..Self::OPERATOR.len()].copy_from_slice(Self::OPERATOR);
        Self(bytes)
    }

    /// First bytes of the identity of an operator.
    ///
    /// A random identity begins with them once in 2^64 draws.
    pub const OPERATOR: &'static [u8; 8] = b"operator";

    /// Returns true for the identity of an operator.
    pub fn is_operator(&self) -> bool {
        self.0.starts_with(Self::OPERATOR)
    }

    /// Creates the identity that a store has read.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes that a store writes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for HolderId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "HolderId({:032x})", u128::from_be_bytes(self.0))
    }
}
