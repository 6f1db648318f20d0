//! Conversion between responses and their records.

use axum_core::body::Body;
use axum_core::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::http::body::Data;
use crate::record::{StoredResponse, encode_parts};

/// Encodes a response, without its body if that is not kept.
pub(super) fn encode(status: StatusCode, headers: &HeaderMap, replayed: &[HeaderName], body: Option<&[u8]>) -> Vec<u8> {
    let headers = headers.iter().filter(|(name, _)| replayed.contains(name));
    encode_parts(status.as_u16(), headers.map(|(name, value)| (name.as_str(), value.as_bytes())), body)
}

/// Response to replay.
pub(super) enum Replayed {
    Whole(Response),
    /// Status of a response whose body was not kept.
    NotKept(u16),
}

/// Returns `None` if a layer has not written the bytes.
///
/// The body is not copied.
pub(super) fn decode(bytes: Vec<u8>) -> Option<Replayed> {
    let bytes = Data::from(bytes);
    let stored = StoredResponse::decode(&bytes)?;
    let Some(body) = stored.body() else { return Some(Replayed::NotKept(stored.status())) };
    let mut response = Response::new(Body::from(bytes.slice_ref(body)));
    *response.status_mut() = StatusCode::from_u16(stored.status()).ok()?;
    for (name, value) in stored.headers() {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        response.headers_mut().try_append(name, HeaderValue::from_bytes(value).ok()?).ok()?;
    }
    Some(Replayed::Whole(response))
}
