//! Keys that are derived from others: the same from the same, and nothing can be told from them.

use std::format;
use std::string::String;

use sha2::{Digest, Sha256};

/// A hash over parts, each behind its length, so that no two lists of parts are one text.
pub(crate) fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Their hash as a UUID of version 8 (RFC 9562, section 5.8), which is what servers expect of a key.
pub(crate) fn uuid(parts: &[&[u8]]) -> String {
    let [high @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = hash(parts);
    uuid_of(u128::from_be_bytes(high), 8)
}

/// A UUID of these bits, save the six that say its version and variant (RFC 9562).
pub(crate) fn uuid_of(bits: u128, version: u128) -> String {
    let marked = bits & !(0xf << 76 | 0x3 << 62) | version << 76 | 0x2 << 62;
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        marked >> 96,
        marked >> 80 & 0xffff,
        marked >> 64 & 0xffff,
        marked >> 48 & 0xffff,
        marked & 0xffff_ffff_ffff
    )
}

/// Bytes in hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from_digit(half.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 0xf)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_key_is_a_uuid_of_its_parts() {
        let key = uuid(&[b"a", b"bc"]);
        assert_eq!(key, uuid(&[b"a", b"bc"]));
        assert_ne!(key, uuid(&[b"ab", b"c"]));
        assert_eq!(hex(&[0x0f, 0xa0]), "0fa0");
        assert_eq!(key.len(), 36);
        assert_eq!(&key[14..15], "8");
        assert!(matches!(&key[19..20], "8" | "9" | "a" | "b"), "{key}");
    }
}
