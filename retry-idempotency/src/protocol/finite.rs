//! Check that a value has no number without a text in JSON.

use core::fmt::Display;

use serde::ser::{
    Error as _, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use serde_json::Error;

/// Checks that no number in `value` is NaN or infinite.
///
/// # Errors
///
/// Names the number, or is the error of the value's own `Serialize`.
pub(crate) fn check<T: Serialize + ?Sized>(value: &T) -> Result<(), Error> {
    value.serialize(Finite)
}

/// Serializer that writes nothing.
#[derive(Clone, Copy)]
struct Finite;

fn check_number(number: f64) -> Result<(), Error> {
    if number.is_finite() {
        return Ok(());
    }
    Err(Error::custom(format_args!(
        "{number} has no text in JSON; leave it out of the fingerprint, or write it as a string"
    )))
}

/// Accepts values of types that hold no other value.
macro_rules! accept {
    ($($method:ident: $type:ty),*) => {
        $(fn $method(self, _: $type) -> Result<(), Error> {
            Ok(())
        })*
    };
}

impl Serializer for Finite {
    type Ok = ();
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
    accept!(serialize_unit_struct: &'static str);

    fn serialize_f32(self, number: f32) -> Result<(), Error> {
        check_number(number.into())
    }

    fn serialize_f64(self, number: f64) -> Result<(), Error> {
        check_number(number)
    }

    fn collect_str<T: Display + ?Sized>(self, _: &T) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Error> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Self, Error> {
        Ok(self)
    }
}

/// Checks each element of a compound value.
macro_rules! compound {
    ($($name:ident: $method:ident($($skipped:ty),*)),*) => {
        $(impl $name for Finite {
            type Ok = ();
            type Error = Error;

            fn $method<T: Serialize + ?Sized>(&mut self, $(_: $skipped,)* value: &T) -> Result<(), Error> {
                value.serialize(*self)
            }

            fn end(self) -> Result<(), Error> {
                Ok(())
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

impl SerializeMap for Finite {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        key.serialize(*self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(*self)
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
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
    }

    #[test]
    fn a_number_without_a_text_is_found_wherever_it_is() {
        let ok: [&dyn Fn() -> Result<(), Error>; 4] = [
            &|| check(&Price::Exact { euros: 0.1 }),
            &|| check(&Price::Range(-0.0, f32::MAX)),
            &|| check(&Price::Some(None)),
            &|| check(&("text", 'c', 1_u8, u128::MAX, [()], true)),
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
        assert_eq!(message, "inf has no text in JSON; leave it out of the fingerprint, or write it as a string");
    }
}
