//! Keys of calls: what is one, how they are generated and derived, and what is printed of them.

use std::collections::BTreeSet;

use retry_runtime::random;
use retry_runtime::{IdempotencyKey, KeyError};

/// The version and the variant's digit of a UUID in its usual form.
fn marks(key: &IdempotencyKey) -> (char, char) {
    let text = key.as_str();
    assert_eq!(text.len(), 36);
    for (at, character) in text.char_indices() {
        assert_eq!(character == '-', matches!(at, 8 | 13 | 18 | 23), "{text}");
        assert!(character == '-' || character.is_ascii_hexdigit(), "{text}");
    }
    let digit = |at| text.chars().nth(at).unwrap();
    (digit(14), digit(19))
}

#[test]
fn a_key_is_one_to_255_characters_of_printable_ascii() {
    assert_eq!(IdempotencyKey::new(""), Err(KeyError::Empty));
    assert_eq!(IdempotencyKey::new("x".repeat(255)).unwrap().as_str().len(), 255);
    assert!(matches!(IdempotencyKey::new("x".repeat(256)), Err(KeyError::TooLong { length: 256, .. })));
    assert!(matches!(IdempotencyKey::new("ab\n"), Err(KeyError::InvalidCharacter { at: 2, .. })));
    assert!(matches!(IdempotencyKey::new("caf\u{e9}"), Err(KeyError::InvalidCharacter { at: 3, .. })));
}

#[test]
fn a_generated_key_is_a_version_7_uuid_of_now() {
    let before = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().as_millis();
    let key = IdempotencyKey::generate();
    let (version, variant) = marks(&key);
    assert_eq!(version, '7');
    assert!("89ab".contains(variant), "{variant}");
    let millis = u128::from_str_radix(&key.as_str().replace('-', "")[..12], 16).unwrap();
    // The other tests of this process may have run ahead of the clock.
    assert!((before..before + 60_000).contains(&millis), "{millis} is not about {before}");
}

#[test]
fn generated_keys_sort_in_the_order_in_which_they_were_made() {
    let keys: Vec<_> = (0..20_000).map(|_| IdempotencyKey::generate()).collect();
    assert!(keys.windows(2).all(|pair| pair[0] < pair[1]));
}

/// Whoever knows the seed of the jitter cannot generate the same keys. The test `fork` holds this for forked processes.
#[test]
fn the_chance_of_a_generated_key_is_not_that_of_the_jitter() {
    let drawn = |seed| {
        random::seed(seed);
        IdempotencyKey::generate().as_str()[14..].to_owned()
    };
    assert_ne!(drawn(7), drawn(7));
}

#[test]
fn each_random_bit_of_a_generated_key_is_drawn() {
    let (mut seen_set, mut seen_clear) = (0, 0);
    for _ in 0..200 {
        let bits = u128::from_str_radix(&IdempotencyKey::generate().as_str().replace('-', ""), 16).unwrap();
        seen_set |= bits;
        seen_clear |= !bits;
    }
    let random: u128 = 0xfff << 64 | ((1 << 62) - 1);
    assert_eq!((random.count_ones(), seen_set & seen_clear & random), (74, random));
}

#[test]
fn a_derived_key_is_a_version_8_uuid_of_key_operation_and_ordinal() {
    let outer = IdempotencyKey::new("order-31").unwrap();
    let derived = outer.derive("charge", 0);
    let (version, variant) = marks(&derived);
    assert_eq!(version, '8');
    assert!("89ab".contains(variant), "{variant}");
    assert_eq!(derived, IdempotencyKey::new("order-31").unwrap().derive("charge", 0));

    // Texts that run together alike are still others.
    let others = [
        outer.derive("charge", 1),
        outer.derive("refund", 0),
        IdempotencyKey::new("order-31c").unwrap().derive("harge", 0),
    ];
    let all: BTreeSet<_> = others.into_iter().chain([derived]).collect();
    assert_eq!(all.len(), 4);
}

#[test]
fn a_key_is_quoted_as_a_structured_field() {
    assert_eq!(IdempotencyKey::new(r#"a"b\c"#).unwrap().quoted(), r#""a\"b\\c""#);
    assert_eq!(IdempotencyKey::new("order 31").unwrap().quoted(), r#""order 31""#);
}

#[test]
fn a_key_is_not_printed_whole() {
    assert_eq!(format!("{:?}", IdempotencyKey::new("order-31").unwrap()), "IdempotencyKey(orde.. of 8 bytes)");
    assert_eq!(format!("{:?}", IdempotencyKey::new("pin4").unwrap()), "IdempotencyKey(.. of 4 bytes)");
}
