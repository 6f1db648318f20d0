//! Check that a value can be read back from its JSON.
//!
//! The serializer here writes nothing. It returns true for a value that is `null` in JSON.

use core::fmt::Display;

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::Error;

/// Most arrays and objects inside each other that `serde_json` reads.
pub(crate) const MAX_DEPTH: u32 = 127;

/// Checks that `value` is read back from its JSON as it is.
///
/// JSON has one text, `null`, for `None`, for `Some(())` and for each number that is NaN or infinite.
///
/// # Errors
///
/// Names what has no text of its own, or is the error of the value's own `Serialize`.
pub(crate) fn check<T: Serialize + ?Sized>(value: &T) -> Result<(), Error> {
    value.serialize(Writable { depth: 0 }).map(drop)
}

/// Returns the error for a value that nests too deep.
pub(crate) fn too_deep() -> Error {
    Error::custom(format_args!(
        "it nests deeper than {MAX_DEPTH} arrays and objects, which are not read back; flatten it"
    ))
}

/// Serializer that writes nothing.
#[derive(Clone, Copy)]
struct Writable {
    /// Number of arrays and objects around.
    depth: u32,
}

impl Writable {
    /// Returns the serializer inside of another array or object.
    fn deeper(self) -> Result<Self, Error> {
        if self.depth >= MAX_DEPTH { Err(too_deep()) } else { Ok(Self { depth: self.depth + 1 }) }
    }
}

fn check_number(number: f64) -> Result<bool, Error> {
    if number.is_finite() {
        return Ok(false);
    }
    Err(Error::custom(format_args!("{number} has no text in JSON; leave it out, or write it as a string")))
}

/// Accepts values of types that hold no other value.
macro_rules! accept {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, _: $type) -> Result<bool, Error> {
            Ok(false)
        })*
    };
}

impl Serializer for Writable {
    type Ok = bool;
    type Error = Error;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    accept!(serialize_bool: bool, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8]);
    accept!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128);
    accept!(serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128);

    fn serialize_f32(self, number: f32) -> Result<bool, Error> {
        check_number(number.into())
    }

    fn serialize_f64(self, number: f64) -> Result<bool, Error> {
        check_number(number)
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Result<bool, Error> {
        Ok(false)
    }

    fn serialize_none(self) -> Result<bool, Error> {
        Ok(true)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<bool, Error> {
        if value.serialize(self)? {
            return Err(Error::custom(
                "`Some` of a value that is `null` in JSON is read back as `None`; write a `bool` or an enum instead",
            ));
        }
        Ok(false)
    }

    fn serialize_unit(self) -> Result<bool, Error> {
        Ok(true)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<bool, Error> {
        Ok(true)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<bool, Error> {
        Ok(false)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<bool, Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<bool, Error> {
        value.serialize(self.deeper()?)?;
        Ok(false)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Error> {
        self.deeper()
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Error> {
        self.deeper()
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Error> {
        self.deeper()
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Self, Error> {
        self.deeper()?.deeper()
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Error> {
        self.deeper()
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Error> {
        self.deeper()
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Self, Error> {
        self.deeper()?.deeper()
    }
}

/// Checks each element of a compound value.
macro_rules! compound {
    ($($name:ident: $method:ident($($skipped:ty),*)),*) => {
        $(impl $name for Writable {
            type Ok = bool;
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $skipped,)* value: &T) -> Result<(), Error> {
                value.serialize(*self).map(drop)
            }

            fn end(self) -> Result<bool, Error> {
                Ok(false)
            }
        })*
    };
}

compound!(
    SerializeSeq: serialize_element(),
    SerializeTuple: serialize_element(),
    SerializeTupleStruct: serialize_field(),
    SerializeTupleVariant: serialize_field(),
    SerializeStruct: serialize_field(&'static str),
    SerializeStructVariant: serialize_field(&'static str)
);

impl SerializeMap for Writable {
    type Ok = bool;
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        key.serialize(*self).map(drop)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(*self).map(drop)
    }

    fn end(self) -> Result<bool, Error> {
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[derive(serde::Serialize)]
    enum Price {
        Exact { euros: f64 },
        Range(f32, f32),
        Some(Option<f64>),
        Free,
        Nested(Vec<Price>),
    }

    #[derive(serde::Serialize)]
    struct Unit;

    #[test]
    fn a_number_without_a_text_is_found_wherever_it_is() {
        let ok: [&dyn Fn() -> Result<(), Error>; 5] = [
            &|| check(&Price::Exact { euros: 0.1 }),
            &|| check(&Price::Range(-0.0, f32::MAX)),
            &|| check(&Price::Some(None)),
            &|| check(&("text", 'c', 1_u8, u128::MAX, [()], true)),
            &|| check(&((), Unit, None::<u8>, Some(Price::Free), Some([()]))),
        ];
        assert!(ok.iter().all(|check| check().is_ok()));
        let faulty: [&dyn Fn() -> Result<(), Error>; 6] = [
            &|| check(&f64::NAN),
            &|| check(&Price::Exact { euros: f64::INFINITY }),
            &|| check(&Price::Range(0.0, f32::NEG_INFINITY)),
            &|| check(&Price::Some(Some(f64::NAN))),
            &|| check(&BTreeMap::from([("a", vec![1.0, f64::NAN])])),
            &|| check(&(1, [Some(Box::new(f32::NAN))])),
        ];
        assert!(faulty.iter().all(|check| check().is_err()));
        let message = check(&f64::INFINITY).unwrap_err().to_string();
        assert_eq!(message, "inf has no text in JSON; leave it out, or write it as a string");
    }

    #[test]
    fn some_of_nothing_is_found_wherever_it_is() {
        let faulty: [&dyn Fn() -> Result<(), Error>; 5] = [
            &|| check(&Some(())),
            &|| check(&Some(None::<u8>)),
            &|| check(&[Some(Unit)]),
            &|| check(&BTreeMap::from([("a", Some(serde_json::Value::Null))])),
            &|| check(&Some(Some(Some(Box::new(()))))),
        ];
        assert!(faulty.iter().all(|check| check().unwrap_err().to_string().contains("read back as `None`")));
    }

    #[test]
    fn what_is_found_to_be_too_deep_is_what_is_not_read_back() {
        let arrays = |depth| (1..depth).fold(serde_json::json!([]), |inner, _| serde_json::json!([inner]));
        let objects = |depth| (1..depth).fold(Price::Nested(vec![]), |inner, _| Price::Nested(vec![inner]));
        for depth in [1, 63, 64, 126, 127, 128] {
            let json = serde_json::to_vec(&arrays(depth)).unwrap();
            let is_read = serde_json::from_slice::<serde_json::Value>(&json).is_ok();
            assert_eq!(check(&arrays(depth)).is_ok(), is_read, "{depth}");
            // A variant is an object around its array.
            assert_eq!(check(&objects(depth)).is_ok(), depth <= 63, "{depth}");
        }
    }
}
