//! An answer as it is kept.

use std::string::String;
use std::vec::Vec;

use ::axum_core::body::Body;
use ::axum_core::response::Response;
use ::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};

use crate::idempotency::record::{Kind, Record};

/// What stands before the body: its length in four bytes, the highest first, then this in JSON.
#[derive(Deserialize, Serialize)]
struct Head {
    status: u16,
    /// Each byte of a value as the character of its number: values need not be text.
    headers: Vec<(String, String)>,
    /// Whether the body follows.
    kept: bool,
}

/// The record of an answer; without a body if that was not kept.
pub(crate) fn write(
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
    Ok(Record::write(Kind::Response, &bytes))
}

/// A kept answer.
pub(super) enum Stored {
    Whole(Response),
    /// It had this status; its body was not kept.
    NotKept(u16),
}

/// `None` if these bytes are no answer that was kept by a layer.
pub(super) fn read(bytes: &[u8]) -> Option<Stored> {
    let record = Record::read(bytes).filter(|record| record.kind == Kind::Response)?;
    let (length, rest) = record.value.split_first_chunk::<4>()?;
    let (json, body) = rest.split_at_checked(usize::try_from(u32::from_be_bytes(*length)).ok()?)?;
    let head: Head = serde_json::from_slice(json).ok()?;
    if !head.kept {
        return Some(Stored::NotKept(head.status));
    }
    let mut response = Response::new(Body::from(Vec::from(body)));
    *response.status_mut() = StatusCode::from_u16(head.status).ok()?;
    for (name, value) in head.headers {
        let value: Option<Vec<u8>> = value.chars().map(|c| u8::try_from(u32::from(c)).ok()).collect();
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        response.headers_mut().append(name, HeaderValue::from_bytes(&value?).ok()?);
    }
    Some(Stored::Whole(response))
}
