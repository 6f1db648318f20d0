//! Fingerprint of the effect that a key stands for.

use core::fmt;

use serde::Serialize;

use crate::protocol::canonical_json::canonical_json;
use crate::protocol::writable;
use crate::support::hash;

/// Version of the rule by which [`Fingerprint::of`] and the HTTP layer hash.
const RULE: u8 = 2;

/// Fingerprint of the effect that a key stands for.
///
/// It is a hash, and the version of the rule that made it.
///
/// A new version of the rule changes the hash of every request. Therefore only hashes of one version are compared, and a
/// key that was used before a deployment is not refused after it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; Self::LENGTH]);

impl Fingerprint {
    /// Length in bytes: one byte for the version, then the hash.
    pub const LENGTH: usize = 33;

    /// Creates a fingerprint from a hash that your own rule of this version has made.
    pub fn new(version: u8, hash: [u8; 32]) -> Self {
        let mut bytes = [version; Self::LENGTH];
        bytes[1..].copy_from_slice(&hash);
        Self(bytes)
    }

    /// Returns the fingerprint of a value.
    ///
    /// It is the hash of its JSON, with the members of objects sorted by name.
    ///
    /// Leave out what differs between a call and its resend, such as a time or a trace id. The elements of an array keep their
    /// order: write a `BTreeSet` instead of a `HashSet`, whose order differs between two equal sets.
    ///
    /// # Errors
    ///
    /// Returns an error if the value cannot be serialized as JSON, for example a map whose keys are not strings, if it nests deeper
    /// than 127 arrays and objects, and if it has a number that is NaN or infinite, or a `Some(())`: JSON has one text, `null`, for
    /// these and for `None`.
    ///
    /// ```
    /// use retry_idempotency::Fingerprint;
    ///
    /// assert!(Fingerprint::of(&("order-31", 0.5)).is_ok());
    /// assert!(Fingerprint::of(&("order-31", f64::NAN)).is_err());
    /// ```
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        writable::check(value)?;
        // Sorted, because a `HashMap` is written in another order after a restart.
        Ok(Self::of_parts(&[&canonical_json(&serde_json::to_vec(value)?)]))
    }

    /// Returns the fingerprint of several parts, each hashed whole.
    pub(crate) fn of_parts(parts: &[&[u8]]) -> Self {
        Self::new(RULE, hash(parts))
    }

    /// Creates the fingerprint that a store has read.
    pub const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// Returns the bytes that a store writes.
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// Returns the version of the rule.
    pub const fn version(&self) -> u8 {
        self.0[0]
    }

    /// Returns true if a key may be used for a request.
    ///
    /// The fingerprints are equal, or of different versions and so not comparable.
    pub fn agree(stored: Option<&Self>, requested: Option<&Self>) -> bool {
        match (stored, requested) {
            (Some(stored), Some(requested)) => stored == requested || stored.version() != requested.version(),
            (None, None) => true,
            _ => false,
        }
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [version, a, b, c, d, ..] = self.0;
        write!(formatter, "Fingerprint(v{version}, {a:02x}{b:02x}{c:02x}{d:02x}..)")
    }
}
