//! Codec of a recorded HTTP response.
//!
//! ```text
//! +-------------+---------+--------+-------------------------------------------+---------+------+
//! | record head | status  | kept   | each header: length of the name, 2 bytes; | 0       | body |
//! |             | 2 bytes | 1 byte | name; length of the value, 4 bytes; value | 2 bytes |      |
//! +-------------+---------+--------+-------------------------------------------+---------+------+
//! ```
//!
//! Numbers are big endian. Without `kept` the body is not kept, and nothing follows.

use core::error::Error;
use core::fmt;

use crate::record::codec::{Kind, Record};
use crate::support::Hidden;

/// Headers that a server writes itself, or that belong to its connection.
const NOT_RECORDED: [&str; 8] = [
    "connection",
    "content-length",
    "idempotent-replayed",
    "keep-alive",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// Room for the status and the headers of most responses, in bytes.
const USUAL_HEAD: usize = 128;

/// Recorded HTTP response of the layer.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredResponse<'a> {
    status: u16,
    /// Headers as they are stored, which [`Header::first`] has checked.
    headers: &'a [u8],
    body: Option<&'a [u8]>,
}

impl<'a> StoredResponse<'a> {
    /// Decodes the bytes of a store.
    ///
    /// Returns `None` if they are not a response, or a later version has written them.
    ///
    /// ```
    /// use retry_idempotency::{StoredResponse, encode_response};
    ///
    /// let bytes = encode_response(201, &[("location", b"/payments/31")], b"paid")?;
    /// let response = StoredResponse::decode(&bytes).expect("written just now");
    /// assert_eq!((response.status(), response.body()), (201, Some(&b"paid"[..])));
    /// # Ok::<(), retry_idempotency::ResponseError>(())
    /// ```
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let record = Record::decode(bytes).filter(|record| record.kind == Kind::Response)?;
        let (&[high, low, kept], headers) = record.value.split_first_chunk::<3>()?;
        let mut rest = headers;
        while let Some(header) = Header::first(rest)? {
            rest = header.rest;
        }
        let (headers, body) = (&headers[..headers.len() - rest.len()], &rest[END.len()..]);
        let body = match kept {
            0 if body.is_empty() => None,
            1 => Some(body),
            _ => return None,
        };
        Some(Self { status: u16::from_be_bytes([high, low]), headers, body })
    }

    /// Returns the status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the names and values of the headers.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        let mut rest = self.headers;
        core::iter::from_fn(move || {
            let header = Header::first(rest)??;
            rest = header.rest;
            Some((header.name, header.value))
        })
    }

    /// Returns the body, or `None` if it was not kept.
    pub fn body(&self) -> Option<&'a [u8]> {
        self.body
    }
}

/// End of the headers: the length of a name that does not exist.
const END: [u8; 2] = [0; 2];

/// First of several headers.
struct Header<'a> {
    name: &'a str,
    value: &'a [u8],
    rest: &'a [u8],
}

impl<'a> Header<'a> {
    /// Returns the first header, and `Some(None)` at the end of the headers.
    ///
    /// Returns `None` if the bytes are not headers.
    #[allow(clippy::option_option)] // faulty, at the end, or a header
    fn first(bytes: &'a [u8]) -> Option<Option<Self>> {
        let (length, rest) = bytes.split_first_chunk()?;
        if *length == END {
            return Some(None);
        }
        let (name, rest) = rest.split_at_checked(u16::from_be_bytes(*length).into())?;
        let (length, rest) = rest.split_first_chunk()?;
        let (value, rest) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
        Some(Some(Self { name: core::str::from_utf8(name).ok()?, value, rest }))
    }
}

impl fmt::Debug for StoredResponse<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("StoredResponse")
            .field("status", &self.status)
            .field("headers", &self.headers().map(|(name, _)| name).collect::<Vec<_>>())
            .field("body", &self.body.map(Hidden))
            .finish()
    }
}

/// Encodes a response, without its body if that is not kept.
pub(crate) fn encode_parts<'a>(
    status: u16,
    headers: impl Iterator<Item = (&'a str, &'a [u8])>,
    body: Option<&[u8]>,
) -> Vec<u8> {
    let is_kept = body.is_some();
    let body = body.unwrap_or_default();
    let mut bytes = Record::begin(Kind::Response, USUAL_HEAD + body.len());
    bytes.extend_from_slice(&status.to_be_bytes());
    bytes.push(is_kept.into());
    for (name, value) in headers {
        bytes.extend_from_slice(&u16::try_from(name.len()).expect("a name is below 64 KiB").to_be_bytes());
        bytes.extend(name.bytes().map(|byte| byte.to_ascii_lowercase()));
        bytes.extend_from_slice(&u32::try_from(value.len()).expect("a value is below 4 GiB").to_be_bytes());
        bytes.extend_from_slice(value);
    }
    bytes.extend_from_slice(&END);
    bytes.extend_from_slice(body);
    bytes
}

/// Encodes a response as the layer replays it.
///
/// It is for [`Resolution::Finished`](crate::admin::Resolution::Finished), when the response to a request that was left open is
/// known. The next resend receives it.
///
/// # Errors
///
/// Returns an error if the status is not 200 to 599, if a header is not valid or is written by the server itself, and for a body
/// with a status that has none.
pub fn encode_response(status: u16, headers: &[(&str, &[u8])], body: &[u8]) -> Result<Vec<u8>, ResponseError> {
    if !(200..600).contains(&status) {
        return Err(ResponseError::Status { status });
    }
    if matches!(status, 204 | 205 | 304) && !body.is_empty() {
        return Err(ResponseError::Body { status });
    }
    for (name, value) in headers {
        let named = || (*name).to_owned();
        if name.is_empty() || name.len() > usize::from(u16::MAX) || !name.bytes().all(is_token) {
            return Err(ResponseError::HeaderName { name: named() });
        }
        if NOT_RECORDED.iter().any(|known| name.eq_ignore_ascii_case(known)) {
            return Err(ResponseError::HeaderOfServer { name: named() });
        }
        if value.iter().any(|byte| matches!(byte, 0..=8 | 10..=31 | 127)) {
            return Err(ResponseError::HeaderValue { name: named() });
        }
    }
    Ok(encode_parts(status, headers.iter().copied(), Some(body)))
}

/// Returns true for a byte of a header's name (RFC 9110, section 5.6.2).
const fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(
            byte,
            b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~'
        )
}

/// Error of [`encode_response`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResponseError {
    /// The status is not that of a final response.
    Status {
        /// Status that was given.
        status: u16,
    },
    /// A response with this status has no body.
    Body {
        /// Status that was given.
        status: u16,
    },
    /// The name of a header is not a token of at most 65,535 bytes.
    HeaderName {
        /// Name that was given.
        name: String,
    },
    /// The value of a header has a control character.
    HeaderValue {
        /// Name of the header.
        name: String,
    },
    /// The server writes the header itself.
    HeaderOfServer {
        /// Name of the header.
        name: String,
    },
}

impl fmt::Display for ResponseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status { status } => {
                write!(formatter, "the status {status} is not that of a final response; write 200 to 599")
            }
            Self::Body { status } => {
                write!(formatter, "a response with status {status} has no body; leave it out, or write another status")
            }
            Self::HeaderName { name } => {
                write!(formatter, "`{name}` is not the name of a header; write a name such as `location`")
            }
            Self::HeaderValue { name } => {
                write!(formatter, "the value of the header `{name}` has a control character; write one line of text")
            }
            Self::HeaderOfServer { name } => {
                write!(formatter, "the server writes the header `{name}` itself; leave it out")
            }
        }
    }
}

impl Error for ResponseError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_response_survives_the_round_trip() {
        let headers: [(&str, &[u8]); 3] = [("Location", b"/x"), ("etag", b"\"\xe9\""), ("location", b"/y")];
        let bytes = encode_response(201, &headers, &[0, 255]).unwrap();
        let response = StoredResponse::decode(&bytes).unwrap();
        assert_eq!((response.status(), response.body()), (201, Some(&[0, 255][..])));
        let expected: [(&str, &[u8]); 3] = [("location", b"/x"), ("etag", b"\"\xe9\""), ("location", b"/y")];
        assert!(response.headers().eq(expected));
        let not_kept = encode_parts(200, [].into_iter(), None);
        assert_eq!(StoredResponse::decode(&not_kept).unwrap().body(), None);
        for length in 0..bytes.len() - 2 {
            assert!(StoredResponse::decode(&bytes[..length]).is_none(), "{length} bytes");
        }
    }

    #[test]
    fn an_invalid_response_is_refused() {
        let refused = |status, name, value: &[u8], body| encode_response(status, &[(name, value)], body).unwrap_err();
        for status in [0, 100, 199, 600, 999] {
            assert_eq!(refused(status, "etag", b"", b""), ResponseError::Status { status });
        }
        assert_eq!(refused(204, "etag", b"", b"x"), ResponseError::Body { status: 204 });
        let long = "a".repeat(65_536);
        for name in ["", "a b", "a:", "é", &long] {
            assert_eq!(refused(200, name, b"", b""), ResponseError::HeaderName { name: name.into() });
        }
        for value in [&b"a\r\nset-cookie: b"[..], b"\0", b"\x7f"] {
            assert_eq!(refused(200, "etag", value, b""), ResponseError::HeaderValue { name: "etag".into() });
        }
        let name = "Content-Length";
        assert_eq!(refused(200, name, b"3", b"abc"), ResponseError::HeaderOfServer { name: name.into() });
    }
}
