//! Identities that are hashed once per operation.

use core::borrow::Borrow;
use core::hash::{BuildHasherDefault, Hash, Hasher};
use std::collections::HashMap;

use crate::protocol::Id;
use crate::protocol::id::OwnedId;

/// Map that takes the hash of an identity from the identity.
///
/// A map that grows moves its entries by their hashes, so it does not read the text of each.
pub(super) type HashedMap<T> = HashMap<Hashed<OwnedId>, T, BuildHasherDefault<GivenHash>>;

/// Identity and its hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Hashed<I> {
    hash: u64,
    pub(super) id: I,
}

impl<I> Hashed<I> {
    /// The hash must be made from the identity, with one seed for a map.
    pub(super) const fn new(hash: u64, id: I) -> Self {
        Self { hash, id }
    }

    /// Returns the part of the hash that selects a shard, below `shards`.
    ///
    /// A map uses the lowest and the highest bits.
    #[allow(clippy::cast_possible_truncation)] // below the number of shards
    pub(super) const fn shard(&self, shards: usize) -> usize {
        ((self.hash >> 40) % shards as u64) as usize
    }
}

impl Hashed<Id<'_>> {
    pub(super) fn to_owned(self) -> Hashed<OwnedId> {
        Hashed { hash: self.hash, id: self.id.into() }
    }
}

/// Owned or borrowed identity with its hash.
///
/// A look-up by it allocates nothing.
pub(super) trait AsHashed {
    fn as_hashed(&self) -> Hashed<Id<'_>>;
}

impl AsHashed for Hashed<Id<'_>> {
    fn as_hashed(&self) -> Hashed<Id<'_>> {
        *self
    }
}

impl AsHashed for Hashed<OwnedId> {
    fn as_hashed(&self) -> Hashed<Id<'_>> {
        Hashed { hash: self.hash, id: self.id.as_id() }
    }
}

impl<'a> Borrow<dyn AsHashed + 'a> for Hashed<OwnedId> {
    fn borrow(&self) -> &(dyn AsHashed + 'a) {
        self
    }
}

impl<I> Hash for Hashed<I> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.hash);
    }
}

impl Hash for dyn AsHashed + '_ {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_hashed().hash(state);
    }
}

impl PartialEq for dyn AsHashed + '_ {
    fn eq(&self, other: &Self) -> bool {
        self.as_hashed() == other.as_hashed()
    }
}

impl Eq for dyn AsHashed + '_ {}

/// Hasher of a number that is a hash already.
#[derive(Default)]
pub(super) struct GivenHash(u64);

impl Hasher for GivenHash {
    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only an identity with its hash is hashed");
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
