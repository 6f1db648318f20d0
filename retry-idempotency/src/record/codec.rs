//! Codec of the bytes that a key is finished with.
//!
//! ```text
//! +---------+--------+---------------------------+-------+
//! | version | kind   | finished at, microseconds | value |
//! | 1 byte  | 1 byte | 8 bytes, big endian       |       |
//! +---------+--------+---------------------------+-------+
//! ```

use core::time::Duration;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::protocol::writable::{self, MAX_DEPTH, too_deep};
use crate::record::read_back::{self, ReadBack, from_json};

/// Length of everything before the value.
pub(crate) const HEADER: usize = 10;
const VERSION: u8 = 1;

/// Decoded bytes of a finished key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record<'a> {
    pub(crate) kind: Kind,
    micros: u64,
    pub(crate) value: &'a [u8],
}

/// Kind of the value of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Value of an `Ok`, in JSON.
    Ok = 0,
    /// Value of an `Err`, in JSON.
    Err = 1,
    /// Bytes that only their writer can read.
    Bytes = 2,
    /// HTTP response.
    Response = 3,
}

impl<'a> Record<'a> {
    pub(crate) fn encode(kind: Kind, value: &[u8]) -> Vec<u8> {
        let mut bytes = Self::begin(kind, value.len());
        bytes.extend_from_slice(value);
        bytes
    }

    /// Returns a record without its value, with room for a value of `length` bytes.
    pub(crate) fn begin(kind: Kind, length: usize) -> Vec<u8> {
        let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
        let mut bytes = Vec::with_capacity(HEADER + length);
        bytes.extend_from_slice(&[VERSION, kind as u8]);
        bytes.extend_from_slice(&u64::try_from(micros).unwrap_or(u64::MAX).to_be_bytes());
        bytes
    }

    /// Encodes a value in JSON, if JSON distinguishes it from other values.
    pub(crate) fn encode_json<T: Serialize + ?Sized>(kind: Kind, value: &T) -> serde_json::Result<Vec<u8>> {
        writable::check(value)?;
        let json = serde_json::to_vec(value)?;
        // Raw JSON inside of a value is not seen by the check.
        if depth(&json) > MAX_DEPTH {
            return Err(too_deep());
        }
        Ok(Self::encode(kind, &json))
    }

    /// Encodes a value in JSON, if it is read back as it was.
    ///
    /// A value that is written and cannot be replayed would leave its key unreadable, and one that is read back as another
    /// would be replayed as that.
    pub(crate) fn encode_checked<T: Serialize + DeserializeOwned>(
        kind: Kind,
        value: &T,
    ) -> serde_json::Result<Vec<u8>> {
        Self::encode_checked_by(read_back::check::<T>, kind, value)
    }

    /// Encodes a value in JSON, if `check` finds that it is read back as it was.
    pub(crate) fn encode_checked_by<T: Serialize + ?Sized>(
        check: ReadBack,
        kind: Kind,
        value: &T,
    ) -> serde_json::Result<Vec<u8>> {
        let bytes = Self::encode_json(kind, value)?;
        check(&bytes[HEADER..])?;
        Ok(bytes)
    }

    /// Returns `None` if no version that is known here has written the bytes.
    pub(crate) fn decode(bytes: &'a [u8]) -> Option<Self> {
        let (header, value) = bytes.split_first_chunk::<HEADER>()?;
        let [VERSION, kind, micros @ ..] = *header else { return None };
        let kind = match kind {
            0 => Kind::Ok,
            1 => Kind::Err,
            2 => Kind::Bytes,
            3 => Kind::Response,
            _ => return None,
        };
        Some(Self { kind, micros: u64::from_be_bytes(micros), value })
    }

    /// Returns the time at which the key was finished.
    ///
    /// It is read from the clock of the process that finished it.
    pub(crate) fn finished(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_micros(self.micros)
    }

    /// Returns the recorded result, or the reason why it cannot be decoded.
    pub(crate) fn outcome<T: DeserializeOwned, E: DeserializeOwned>(&self) -> Result<Result<T, E>, String> {
        match self.kind {
            Kind::Ok => from_json(self.value).map(Ok),
            Kind::Err => from_json(self.value).map(Err),
            Kind::Bytes | Kind::Response => Err("it is not a `Result`".into()),
        }
    }
}

/// Returns the number of arrays and objects inside each other.
fn depth(json: &[u8]) -> u32 {
    let (mut depth, mut max, mut in_string, mut escaped) = (0_u32, 0, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => {
                depth += 1;
                max = max.max(depth);
            }
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    max
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_survives_the_round_trip() {
        let bytes = Record::encode_json(Kind::Ok, &31).unwrap();
        assert_eq!(Record::decode(&bytes).unwrap().outcome::<i32, i32>(), Ok(Ok(31)));
        let bytes = Record::encode_json(Kind::Err, &"no").unwrap();
        assert_eq!(Record::decode(&bytes).unwrap().outcome::<i32, String>(), Ok(Err("no".into())));
    }

    #[test]
    fn json_inside_a_value_counts_for_its_depth() {
        assert_eq!(depth(br#"{"a]{":[{},"\"[[",[]]}"#), 3);
        for (depth, is_written) in [(127, true), (128, false)] {
            let json = "[".repeat(depth) + &"]".repeat(depth);
            let raw: Box<serde_json::value::RawValue> = serde_json::from_str(&json).unwrap();
            assert_eq!(Record::encode_json(Kind::Ok, &raw).is_ok(), is_written);
            assert_eq!(serde_json::from_str::<serde_json::Value>(&json).is_ok(), is_written);
        }
    }

    #[test]
    fn foreign_bytes_are_not_a_record() {
        for bytes in [&b""[..], b"paid", &[2; 20], &[1, 9, 0, 0, 0, 0, 0, 0, 0, 0]] {
            assert!(Record::decode(bytes).is_none());
        }
    }

    #[test]
    fn a_message_about_another_type_quotes_no_value() {
        let bytes = Record::encode_json(Kind::Ok, &"secret").unwrap();
        let message = Record::decode(&bytes).unwrap().outcome::<i32, i32>().unwrap_err();
        assert_eq!(message, "it is of another type at column 8");
    }
}
