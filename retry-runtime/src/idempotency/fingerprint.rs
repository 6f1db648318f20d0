//! What a key stands for.

use core::fmt;

use serde::Serialize;

use crate::__internal;
use crate::idempotency::canonical;

/// The version of the rule by which [`Fingerprint::of`] and the layer make hashes.
const RULE: u8 = 1;

/// What a key stands for: the hash of a request or of arguments, and the version of the rule by which it was made.
///
/// A new version of the rule gives all requests new hashes. So only hashes of one version are compared, and a key that was
/// used before a deployment is not refused after it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint([u8; Self::LENGTH]);

impl Fingerprint {
    /// How many bytes it has: the version, then the hash.
    pub const LENGTH: usize = 33;

    /// The fingerprint with this hash, by this version of the rule.
    pub fn new(version: u8, hash: [u8; 32]) -> Self {
        let mut bytes = [version; Self::LENGTH];
        bytes[1..].copy_from_slice(&hash);
        Self(bytes)
    }

    /// The fingerprint of a value: of its JSON, with the members of objects in order, since a map is written in another
    /// order after a restart.
    ///
    /// Leave out what differs between a call and its resend, as the time or a trace.
    ///
    /// # Errors
    ///
    /// If the value has no JSON: a map whose keys are no strings, or what its own `Serialize` says.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self, serde_json::Error> {
        Ok(Self::of_json(&serde_json::to_vec(value)?))
    }

    fn of_json(json: &[u8]) -> Self {
        Self::of_parts(&[&canonical(json)])
    }

    /// The fingerprint of parts, each taken whole.
    pub(crate) fn of_parts(parts: &[&[u8]]) -> Self {
        Self::new(RULE, __internal::hash(parts))
    }

    /// The fingerprint that a store has read.
    pub const fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// What a store writes.
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// The version of the rule.
    pub const fn version(&self) -> u8 {
        self.0[0]
    }

    /// Whether a key of `stored` may be used for `asked`: both are alike, or cannot be compared.
    pub fn agree(stored: Option<&Self>, asked: Option<&Self>) -> bool {
        match (stored, asked) {
            (Some(stored), Some(asked)) => stored == asked || stored.version() != asked.version(),
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
