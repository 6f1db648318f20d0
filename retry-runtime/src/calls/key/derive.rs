//! Keys derived from other keys by a hash.
//!
//! The same input gives the same key, and a key reveals nothing of its input.

use std::format;
use std::string::String;

use sha2::{Digest, Sha256};

/// Returns the SHA-256 of `parts`, each prefixed by its length.
///
/// The prefix ensures that different lists never have equal input.
pub fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// Returns the hash of `parts` as a UUID of version 8.
///
/// This is the form that servers expect of a key (RFC 9562, section 5.8).
pub fn uuid(parts: &[&[u8]]) -> String {
    let [high @ .., _, _, _, _, _, _, _, _, _, _, _, _, _, _, _, _] = hash(parts);
    uuid_from_bits(u128::from_be_bytes(high), 8)
}

/// Returns a UUID of `bits`, except the six bits of its version and variant.
///
/// ```text
/// bits 127..80 | 79..76 version | 75..64 | 63..62 variant, 0b10 | 61..0
/// ```
pub fn uuid_from_bits(bits: u128, version: u128) -> String {
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

/// Returns `bytes` in lowercase hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
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
