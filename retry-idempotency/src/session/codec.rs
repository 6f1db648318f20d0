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

/// Length of everything before the value.
pub(crate) const HEADER: usize = 10;
const VERSION: u8 = 1;

/// Decoded bytes of a finished key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
        let micros = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_micros());
        let mut bytes = Vec::with_capacity(HEADER + value.len());
        bytes.extend_from_slice(&[VERSION, kind as u8]);
        bytes.extend_from_slice(&u64::try_from(micros).unwrap_or(u64::MAX).to_be_bytes());
        bytes.extend_from_slice(value);
        bytes
    }

    pub(crate) fn encode_json<T: Serialize + ?Sized>(kind: Kind, value: &T) -> serde_json::Result<Vec<u8>> {
        Ok(Self::encode(kind, &serde_json::to_vec(value)?))
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

fn from_json<T: DeserializeOwned>(json: &[u8]) -> Result<T, String> {
    // Only the position: the message of serde quotes the value.
    serde_json::from_slice(json).map_err(|error| {
        let kind = if error.is_data() { "of another type" } else { "not JSON" };
        format!("it is {kind} at column {}", error.column())
    })
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
    fn foreign_bytes_are_not_a_record() {
        for bytes in [&b""[..], b"paid", &[2; 20], &[1, 9, 0, 0, 0, 0, 0, 0, 0, 0]] {
            assert_eq!(Record::decode(bytes), None);
        }
    }

    #[test]
    fn a_message_about_another_type_quotes_no_value() {
        let bytes = Record::encode_json(Kind::Ok, &"secret").unwrap();
        let message = Record::decode(&bytes).unwrap().outcome::<i32, i32>().unwrap_err();
        assert_eq!(message, "it is of another type at column 8");
    }
}
