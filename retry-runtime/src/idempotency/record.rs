//! What a key finishes with, as bytes.

use core::time::Duration;
use std::string::String;
use std::time::{SystemTime, UNIX_EPOCH};
use std::vec::Vec;

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The version of the form, the kind, and the time by the clock of who finished, in microseconds, the highest byte first;
/// then the value.
const HEAD: usize = 10;
const VERSION: u8 = 1;

/// A finished key's bytes, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) kind: Kind,
    micros: u64,
    pub(crate) value: &'a [u8],
}

/// What the value of a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The value of an `Ok`, in JSON.
    Ok = 0,
    /// The value of an `Err`, in JSON.
    Err = 1,
    /// Bytes that their writer alone reads.
    Bytes = 2,
    /// An HTTP response.
    Response = 3,
}

impl<'a> Record<'a> {
    pub(crate) fn write(kind: Kind, value: &[u8]) -> Vec<u8> {
        let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
        let mut bytes = Vec::with_capacity(HEAD + value.len());
        bytes.extend_from_slice(&[VERSION, kind as u8]);
        bytes.extend_from_slice(&u64::try_from(micros).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend_from_slice(value);
        bytes
    }

    /// The record of an outcome, or why it has no JSON.
    pub(crate) fn of<T: Serialize + ?Sized>(kind: Kind, value: &T) -> serde_json::Result<Vec<u8>> {
        Ok(Self::write(kind, &serde_json::to_vec(value)?))
    }

    /// `None` if no version of this library that is known here has written it.
    pub(crate) fn read(bytes: &'a [u8]) -> Option<Self> {
        let (head, value) = bytes.split_first_chunk::<HEAD>()?;
        let [VERSION, kind, micros @ ..] = *head else { return None };
        let kind = match kind {
            0 => Kind::Ok,
            1 => Kind::Err,
            2 => Kind::Bytes,
            3 => Kind::Response,
            _ => return None,
        };
        Some(Self { kind, micros: u64::from_be_bytes(micros), value })
    }

    /// When the key was finished, by the clock of who finished it.
    pub(crate) fn finished(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_micros(self.micros)
    }

    /// The outcome, or what about it cannot be read.
    pub(crate) fn outcome<T: DeserializeOwned, E: DeserializeOwned>(&self) -> Result<Result<T, E>, String> {
        match self.kind {
            Kind::Ok => value(self.value).map(Ok),
            Kind::Err => value(self.value).map(Err),
            Kind::Bytes | Kind::Response => Err("it is no `Result`".into()),
        }
    }
}

fn value<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    // Of serde's words the place alone: they quote the value.
    serde_json::from_slice(json).map_err(|error| {
        let kind = if error.is_data() { "another type" } else { "no JSON" };
        std::format!("it is {kind} at column {}", error.column())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outcome_comes_back() {
        let bytes = Record::of(Kind::Ok, &31).unwrap();
        assert_eq!(Record::read(&bytes).unwrap().outcome::<i32, i32>(), Ok(Ok(31)));
        let bytes = Record::of(Kind::Err, &"no").unwrap();
        assert_eq!(Record::read(&bytes).unwrap().outcome::<i32, String>(), Ok(Err("no".into())));
    }

    #[test]
    fn what_another_wrote_is_no_record() {
        for bytes in [&b""[..], b"paid", &[2; 20], &[1, 9, 0, 0, 0, 0, 0, 0, 0, 0]] {
            assert_eq!(Record::read(bytes), None);
        }
    }

    #[test]
    fn words_about_another_type_quote_no_value() {
        let bytes = Record::of(Kind::Ok, &"secret").unwrap();
        let words = Record::read(&bytes).unwrap().outcome::<i32, i32>().unwrap_err();
        assert_eq!(words, "it is another type at column 8");
    }
}
