//! Values of results: each is replayed as it was, or refused when it is written.

use std::collections::{BTreeMap, HashMap, HashSet};

use proptest::prelude::*;
use retry_idempotency::{Fingerprint, MemoryStore, OnceError, encode_err, encode_ok, once};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Value with everything that JSON may change.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Value {
    Nothing,
    Unit(()),
    Text(String),
    Character(char),
    Float(f64),
    Single(f32),
    Signed(i128),
    Unsigned(u128),
    Small(i8, u64),
    Maybe(Option<Box<Value>>),
    MaybeUnit(Option<()>),
    #[allow(clippy::option_option)] // it is the fault that is looked for
    MaybeTwice(Option<Option<i32>>),
    List(Vec<Value>),
    ByNumber(BTreeMap<i64, Value>),
    ByText(BTreeMap<String, Value>),
    ByCharacter(BTreeMap<char, bool>),
    Fields {
        a: Box<Value>,
        b: Option<f64>,
    },
}

/// Bits of a value: floats that are equal may differ in their sign.
fn bits(value: &Value) -> String {
    match value {
        Value::Float(number) => format!("f64 {:x}", number.to_bits()),
        Value::Single(number) => format!("f32 {:x}", number.to_bits()),
        Value::Maybe(inner) => format!("maybe {:?}", inner.as_deref().map(bits)),
        Value::List(values) => format!("{:?}", values.iter().map(bits).collect::<Vec<_>>()),
        Value::ByNumber(values) => {
            format!("{:?}", values.iter().map(|(key, value)| (key, bits(value))).collect::<Vec<_>>())
        }
        Value::ByText(values) => {
            format!("{:?}", values.iter().map(|(key, value)| (key, bits(value))).collect::<Vec<_>>())
        }
        Value::Fields { a, b } => format!("{} {:?}", bits(a), b.map(f64::to_bits)),
        other => format!("{other:?}"),
    }
}

fn float() -> impl Strategy<Value = f64> {
    // Any bits, and many of those that have a text.
    prop_oneof![any::<u64>().prop_map(f64::from_bits), any::<f64>(), (0.0..1.0), Just(-0.0), Just(f64::NAN)]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Nothing),
        Just(Value::Unit(())),
        any::<String>().prop_map(Value::Text),
        any::<char>().prop_map(Value::Character),
        float().prop_map(Value::Float),
        any::<u32>().prop_map(f32::from_bits).prop_map(Value::Single),
        any::<f32>().prop_map(Value::Single),
        any::<i128>().prop_map(Value::Signed),
        any::<u128>().prop_map(Value::Unsigned),
        (any::<i8>(), any::<u64>()).prop_map(|(a, b)| Value::Small(a, b)),
        any::<Option<()>>().prop_map(Value::MaybeUnit),
        any::<Option<Option<i32>>>().prop_map(Value::MaybeTwice),
        prop::collection::btree_map(any::<char>(), any::<bool>(), 0..3).prop_map(Value::ByCharacter),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::option::of(inner.clone().prop_map(Box::new)).prop_map(Value::Maybe),
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::btree_map(any::<i64>(), inner.clone(), 0..3).prop_map(Value::ByNumber),
            prop::collection::btree_map(any::<String>(), inner.clone(), 0..3).prop_map(Value::ByText),
            (inner, prop::option::of(float())).prop_map(|(a, b)| Value::Fields { a: Box::new(a), b }),
        ]
    })
}

/// Runs a body that returns the value, and replays it; `None` if it was refused when it was written.
fn replayed<T: Clone + Serialize + DeserializeOwned>(value: &T) -> Option<T> {
    let store = MemoryStore::new(2);
    let run = |value: Option<&T>| {
        once(&store, "key").run_blocking(|_| Ok::<_, OnceError>(value.cloned().expect("it is replayed")))
    };
    match run(Some(value)) {
        Ok(_) => Some(run(None).expect("what was written is read")),
        Err(OnceError::Unwritable { .. }) => None,
        Err(other) => panic!("{other}"),
    }
}

/// Returns true if the value has what JSON has no text of its own for.
fn is_writable(value: &Value) -> bool {
    match value {
        Value::Float(number) => number.is_finite(),
        Value::Single(number) => number.is_finite(),
        Value::MaybeUnit(maybe) => maybe.is_none(),
        Value::MaybeTwice(maybe) => *maybe != Some(None),
        Value::Maybe(inner) => inner.as_deref().is_none_or(is_writable),
        Value::List(values) => values.iter().all(is_writable),
        Value::ByNumber(values) => values.values().all(is_writable),
        Value::ByText(values) => values.values().all(is_writable),
        Value::Fields { a, b } => is_writable(a) && b.is_none_or(f64::is_finite),
        _ => true,
    }
}

proptest! {
    #[test]
    fn a_value_is_replayed_as_it_was_or_refused_when_it_is_written(value in value()) {
        let replayed = replayed(&value);
        prop_assert_eq!(replayed.is_some(), is_writable(&value), "{:?}", value);
        if let Some(replayed) = replayed {
            prop_assert_eq!(bits(&replayed), bits(&value));
        }
    }

    #[test]
    fn a_float_is_replayed_to_the_bit(bits in any::<u64>()) {
        let number = f64::from_bits(bits);
        let replayed = replayed(&number).map(f64::to_bits);
        prop_assert_eq!(replayed, number.is_finite().then_some(bits));
    }
}

/// Floats that `serde_json` reads as their neighbours without `float_roundtrip`.
#[test]
fn floats_that_a_fast_parser_misreads_are_replayed_to_the_bit() {
    for number in
        [51.248_178_371_589_05, 11.559_289_121_481_36, 2.225_073_858_507_201e-308, f64::MIN_POSITIVE, f64::MAX]
    {
        assert_eq!(replayed(&number).unwrap().to_bits(), number.to_bits(), "{number}");
    }
    let misread = (0..200_000_u64).map(|n| f64::from_bits(0x3ff0_0000_0000_0000 + n * 0x1_2345_6789));
    assert!(misread.take(2000).all(|number| replayed(&number) == Some(number)));
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Nested(Vec<Nested>);

fn nested(depth: u32) -> Nested {
    (1..depth).fold(Nested(Vec::new()), |inner, _| Nested(vec![inner]))
}

#[test]
fn what_nests_deeper_than_it_is_read_is_refused_when_it_is_written() {
    for (depth, is_written) in [(1, true), (127, true), (128, false), (1000, false)] {
        assert_eq!(replayed(&nested(depth)).is_some(), is_written, "{depth}");
        assert_eq!(encode_ok(&nested(depth)).is_ok(), is_written, "{depth}");
        assert_eq!(encode_err(&nested(depth)).is_ok(), is_written, "{depth}");
        assert_eq!(Fingerprint::of(&nested(depth)).is_ok(), is_written, "{depth}");
    }
    let store = MemoryStore::new(2);
    let error = once(&store, "key").run_blocking(|_| Ok::<_, OnceError>(nested(200))).unwrap_err();
    assert!(error.to_string().contains("deeper than 127") && error.to_string().contains("; flatten it"), "{error}");
    // The effect may have happened, and is not made again.
    let next = once(&store, "key").run_blocking(|_| Ok::<_, OnceError>(nested(1)));
    assert!(matches!(next, Err(OnceError::Interrupted { .. })), "{next:?}");
}

/// Type that does not read what it writes.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct OneWay {
    #[serde(skip_serializing)]
    order: u32,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Large(u128),
}

#[test]
fn what_its_own_type_does_not_read_back_is_refused_when_it_is_written() {
    let one_way = OneWay { order: 31 };
    assert!(replayed(&one_way).is_none(), "{}", one_way.order);
    assert!(replayed(&Untagged::Large(u128::MAX)).is_none());
    let pairs = BTreeMap::from([((1, 2), 3)]);
    assert!(replayed(&pairs).is_none(), "a key that is not text");
}

#[tokio::test(start_paused = true)]
async fn a_step_is_refused_when_it_is_written_too() {
    let store = MemoryStore::new(2);
    let run = once(&store, "key").run_steps(async |claim| {
        let refused = claim.step("odd", async |_| Ok::<_, OnceError>(Some(()))).await;
        assert!(
            matches!(&refused, Err(OnceError::Unwritable { why }) if why.contains("read back as `None`")),
            "{refused:?}"
        );
        claim.step("even", async |_| Ok::<_, OnceError>(0.1_f64 + 0.2)).await
    });
    assert_eq!(run.await.unwrap().to_bits(), (0.1_f64 + 0.2).to_bits());
}

#[test]
fn what_completes_a_key_in_a_transaction_is_refused_when_it_is_written_too() {
    let store = MemoryStore::new(2);
    let run = once(&store, "key").run_in_blocking(|claim| {
        assert!(matches!(claim.completion(&f64::NAN), Err(OnceError::Unwritable { .. })));
        assert!(matches!(claim.completion(&Some(())), Err(OnceError::Unwritable { .. })));
        Err::<(), _>(OnceError::Interrupted { runs: 1 })
    });
    assert!(run.is_err());
}

/// Enum whose first variant reads what the second has written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Amount {
    Float(f64),
    Integer(u64),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Fields {
    One { a: u32 },
    Two { a: u32, b: Option<u32> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Inner {
    x: Option<u32>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Flattened {
    #[serde(flatten)]
    inner: Option<Inner>,
}

#[test]
fn what_its_own_type_reads_back_as_another_value_is_refused_when_it_is_written() {
    assert_eq!(replayed(&Amount::Float(5.5)), Some(Amount::Float(5.5)));
    assert_eq!(replayed(&Amount::Integer(5)), None);
    assert_eq!(replayed(&Fields::One { a: 1 }), Some(Fields::One { a: 1 }));
    assert_eq!(replayed(&Fields::Two { a: 1, b: Some(2) }), None);
    let with = Flattened { inner: Some(Inner { x: None }) };
    assert_eq!(replayed(&with).as_ref(), Some(&with));
    assert_eq!(replayed(&Flattened { inner: None }), None);
    let store = MemoryStore::new(2);
    let error = once(&store, "key").run_blocking(|_| Ok::<_, OnceError>(Amount::Integer(5))).unwrap_err();
    assert!(error.to_string().contains("read back as another value; let `Deserialize`"), "{error}");
}

#[test]
fn maps_and_sets_are_replayed_in_whatever_order() {
    let set: HashSet<u32> = (0..100).collect();
    let map: HashMap<u32, HashSet<u32>> = (0..10).map(|key| (key, set.clone())).collect();
    assert_eq!(replayed(&map), Some(map));
}

#[test]
fn what_completes_a_key_in_a_transaction_is_read_back_by_the_type_of_the_body() {
    let store = MemoryStore::new(2);
    let run = once(&store, "key").run_in_blocking(|claim| {
        assert!(claim.completion(&Amount::Float(5.5)).is_ok());
        assert!(claim.completion(&5.5).is_ok(), "the same JSON");
        for refused in [claim.completion(&Amount::Integer(5)), claim.completion("text")] {
            assert!(matches!(refused, Err(OnceError::Unwritable { .. })), "{refused:?}");
        }
        Err::<Amount, _>(OnceError::Interrupted { runs: 1 })
    });
    assert!(run.is_err());
}
