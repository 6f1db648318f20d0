//! Who holds a key.

use core::fmt;
use core::hash::BuildHasher;
use std::hash::RandomState;
use std::process;

/// Who holds a key: 16 bytes of chance, new for each use.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Owner([u8; 16]);

impl Owner {
    /// A new owner.
    ///
    /// It comes from the operating system's chance and not from [`random`](crate::random): two processes that were given
    /// one seed must not take each other for themselves.
    pub fn random() -> Self {
        // Each state has keys of its own, which begin with the system's chance; a forked process has another number.
        let half = || RandomState::new().hash_one(process::id()).to_le_bytes();
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&half());
        bytes[8..].copy_from_slice(&half());
        Self(bytes)
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
