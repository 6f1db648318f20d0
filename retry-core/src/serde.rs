//! `serde` of policies and their parts.
//!
//! A part is the text of an attribute: `"exp(100ms, 10s)"`. A policy is a table of its options, or one text.

use core::fmt::{self, Display, Formatter};
use core::marker::PhantomData;
use core::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::backoff::Backoff;
use crate::budget::Budget;
use crate::class::{Classes, Retried};
use crate::jitter::Jitter;
use crate::policy::parse::{OptionName, Options, Value};
use crate::policy::{Policy, TimedPolicy};

/// Visitor of a text that is parsed.
struct Text<T>(&'static str, PhantomData<T>);

impl<T: FromStr<Err: Display>> Visitor<'_> for Text<T> {
    type Value = T;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        text.parse().map_err(E::custom)
    }
}

macro_rules! as_text {
    ($($type:ident: $expected:literal;)*) => {
        $(
            /// Serializes the text of its `Display`.
            impl Serialize for $type {
                fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            /// Deserializes a text by its `FromStr`.
            impl<'de> Deserialize<'de> for $type {
                fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    deserializer.deserialize_str(Text($expected, PhantomData))
                }
            }
        )*
    };
}

as_text! {
    Backoff: "a backoff such as `exp(100ms, 10s)`";
    Jitter: "a jitter such as `full`";
    Budget: "a budget such as `credit`";
}

/// Serializes the text of its `Display`.
impl Serialize for Classes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Deserializes a text by its `FromStr`, or a list of such texts.
impl<'de> Deserialize<'de> for Classes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ClassesVisitor)
    }
}

struct ClassesVisitor;

impl<'de> Visitor<'de> for ClassesVisitor {
    type Value = Classes;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("classes such as `transient`, or a list of them")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Classes, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Classes, A::Error> {
        let mut classes = Classes::new();
        while let Some(others) = list.next_element::<Classes>()? {
            classes = classes.plus(&others);
        }
        Ok(classes)
    }
}

/// Visitor of a list of classes with the limits of some.
struct RetriedVisitor;

impl<'de> Visitor<'de> for RetriedVisitor {
    type Value = Retried;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("classes such as `transient` or `Connect up_to 60s`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Retried, A::Error> {
        let mut retried = Retried::NONE;
        while let Some(()) = list.next_element_seed(More(&mut retried))? {}
        Ok(retried)
    }
}

/// Item of a list, which is added as it is read: no text is kept.
struct More<'a>(&'a mut Retried);

impl<'de> serde::de::DeserializeSeed<'de> for More<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for More<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("a class such as `transient` or `Connect up_to 60s`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        *self.0 = self.0.and(text).map_err(E::custom)?;
        Ok(())
    }
}

/// Serializes a table of the options, each as a text.
///
/// Options with the values of [`Policy::new`] are left out, except `max_attempts`. A `custom` backoff is serialized as `custom`, which cannot be deserialized.
impl Serialize for TimedPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut length = 0;
        self.each_option(|_, _| {
            length += 1;
            Ok(())
        })?;
        let mut table = serializer.serialize_map(Some(length))?;
        self.each_option(|name, value| table.serialize_entry(name, &Shown(value)))?;
        table.end()
    }
}

/// Serializes a table of the options, like [`TimedPolicy`].
impl Serialize for Policy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_timed().serialize(serializer)
    }
}

struct Shown<'a>(&'a dyn Display);

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self.0)
    }
}

/// Deserializes a table of options, or the text of all of them.
///
/// A number of attempts may be an integer, a time a number of seconds, and classes a list. An option that is left out has
/// the value of [`Policy::new`], and the rules of [`Policy::builder`] apply. The format must describe itself, as TOML,
/// JSON and YAML do.
impl<'de> Deserialize<'de> for TimedPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PolicyVisitor)
    }
}

/// Deserializes a table of options, or the text of all of them.
///
/// It is read like a [`TimedPolicy`], and `attempt_timeout` is refused.
impl<'de> Deserialize<'de> for Policy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        TimedPolicy::deserialize(deserializer)?.try_into().map_err(D::Error::custom)
    }
}

struct PolicyVisitor;

impl<'de> Visitor<'de> for PolicyVisitor {
    type Value = TimedPolicy;

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str("options of a policy such as `max_attempts`")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<TimedPolicy, E> {
        text.parse().map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut table: A) -> Result<TimedPolicy, A::Error> {
        let mut options = Options::new();
        while let Some(Name(option)) = table.next_key()? {
            table.next_value_seed(Setting { option, options: &mut options })?;
        }
        options.build().map_err(A::Error::custom)
    }
}

struct Name(OptionName);

impl FromStr for Name {
    type Err = crate::parse::ParseError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        OptionName::new(name).map(Self)
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text("the name of an option", PhantomData))
    }
}

/// Value of an option, which is set while it is read: no text is kept.
struct Setting<'a> {
    option: OptionName,
    options: &'a mut Options,
}

impl Setting<'_> {
    fn set<E: Error>(self, value: &Value<'_>) -> Result<(), E> {
        let name = self.option.text();
        self.options.set(self.option, value).map_err(|error| E::custom(format_args!("{name}: {error}")))
    }

    /// Sets a number, as the attribute reads its digits.
    fn set_number<E: Error>(self, number: fmt::Arguments<'_>) -> Result<(), E> {
        let mut digits = Digits { bytes: [0; 32], length: 0 };
        fmt::write(&mut digits, number).map_err(|_| E::custom("the number is too long"))?;
        let text = core::str::from_utf8(&digits.bytes[..digits.length]).unwrap_or("");
        self.set(&Value::Text(text))
    }
}

impl<'de> serde::de::DeserializeSeed<'de> for Setting<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Setting<'_> {
    type Value = ();

    fn expecting(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "the value of `{}`", self.option.text())
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.set(&Value::Text(text.trim()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        self.set_number(format_args!("{number}"))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        self.set_number(format_args!("{number}"))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        self.set_number(format_args!("{number:?}"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<(), A::Error> {
        let retried = RetriedVisitor.visit_seq(list)?;
        self.set(&Value::Classes(retried))
    }
}

/// Text of a number.
struct Digits {
    bytes: [u8; 32],
    length: usize,
}

impl fmt::Write for Digits {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}
