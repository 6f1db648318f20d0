//! Codec of a recorded response.
//!
//! ```text
//! +-------------+-----------------------+-------------------+------+
//! | record head | length of the head    | status, headers:  | body |
//! |             | 4 bytes, big endian   | JSON              |      |
//! +-------------+-----------------------+-------------------+------+
//! ```

use axum_core::body::Body;
use axum_core::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

use crate::session::codec::{Kind, Record};

/// Status and headers of a recorded response.
#[derive(Deserialize, Serialize)]
struct Head {
    status: u16,
    /// Names and values.
    ///
    /// Each byte of a value is the character with its number, because values need not be text.
    headers: Vec<(String, String)>,
    /// True if the body follows.
    kept: bool,
}

/// Encodes a response, without its body if that is not kept.
pub(super) fn encode(
    status: StatusCode,
    headers: &HeaderMap,
    replayed: &[HeaderName],
    body: Option<&[u8]>,
) -> serde_json::Result<Vec<u8>> {
    let headers = headers.iter().filter(|(name, _)| replayed.contains(name));
    let head = Head {
        status: status.as_u16(),
        headers: headers
            .map(|(name, value)| {
                (name.as_str().into(), value.as_bytes().iter().map(|byte| char::from(*byte)).collect())
            })
            .collect(),
        kept: body.is_some(),
    };
    let json = serde_json::to_vec(&head)?;
    let mut bytes = Vec::new();
    bytes.extend_from_slice(&u32::try_from(json.len()).unwrap_or(u32::MAX).to_be_bytes());
    bytes.extend_from_slice(&json);
    bytes.extend_from_slice(body.unwrap_or_default());
    Ok(Record::encode(Kind::Response, &bytes))
}

/// Recorded response.
pub(super) enum StoredResponse {
    Whole(Response),
    /// Status of a response whose body was not kept.
    NotKept(u16),
}

/// Returns `None` if a layer has not written the bytes.
pub(super) fn decode(bytes: &[u8]) -> Option<StoredResponse> {
    let record = Record::decode(bytes).filter(|record| record.kind == Kind::Response)?;
    let (length, rest) = record.value.split_first_chunk::<4>()?;
    let (json, body) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    let head: Head = serde_json::from_slice(json).ok()?;
    if !head.kept {
        return Some(StoredResponse::NotKept(head.status));
    }
    let mut response = Response::new(Body::from(Vec::from(body)));
    *response.status_mut() = StatusCode::from_u16(head.status).ok()?;
    for (name, value) in head.headers {
        let value: Option<Vec<u8>> = value.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        response.headers_mut().try_append(name, HeaderValue::from_bytes(&value?).ok()?).ok()?;
    }
    Some(StoredResponse::Whole(response))
}
