//! Details and trailers of a gRPC status.

use std::time::Duration;

use bytes::Bytes;
use retry_runtime::Classify;
use tonic::metadata::MetadataValue;
use tonic::{Code, Status};

use crate::input::Input;

const URL: &str = "type.googleapis.com/google.rpc.RetryInfo";

fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

fn field(number: u64, bytes: &[u8], out: &mut Vec<u8>) {
    varint(number << 3 | 2, out);
    varint(bytes.len() as u64, out);
    out.extend_from_slice(bytes);
}

/// Fields that no message here has.
fn unknown(input: &mut Input<'_>, out: &mut Vec<u8>) {
    let number = 9 + input.below(200) as u64;
    match input.below(5) {
        0 => {
            varint(number << 3, out);
            varint(input.number(), out);
        }
        1 => {
            varint(number << 3 | 1, out);
            out.extend_from_slice(&input.number().to_le_bytes());
        }
        2 => field(number, &input.bytes(9), out),
        3 => {
            varint(number << 3 | 5, out);
            out.extend_from_slice(&input.number().to_le_bytes()[..4]);
        }
        _ => {}
    }
}

fn any(input: &mut Input<'_>, url: &str, seconds: u64, nanos: u64) -> Vec<u8> {
    let (mut duration, mut info, mut any) = (Vec::new(), Vec::new(), Vec::new());
    unknown(input, &mut duration);
    varint(1 << 3, &mut duration);
    varint(seconds, &mut duration);
    varint(2 << 3, &mut duration);
    varint(nanos, &mut duration);
    unknown(input, &mut info);
    field(1, &duration, &mut info);
    field(1, url.as_bytes(), &mut any);
    unknown(input, &mut any);
    field(2, &info, &mut any);
    any
}

fn hint(details: Vec<u8>) -> Option<Duration> {
    Status::with_details(Code::Unavailable, "", Bytes::from(details)).retry_after()
}

pub(crate) fn retry_info(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let (seconds, nanos) = (input.number(), input.number());
    let mut details = Vec::new();
    unknown(&mut input, &mut details);
    let other = any(&mut input, "type.googleapis.com/google.rpc.ErrorInfo", 7, 0);
    field(3, &other, &mut details);
    let info = any(&mut input, URL, seconds, nanos);
    field(3, &info, &mut details);
    let is_valid = i64::try_from(seconds).is_ok() && nanos < 1_000_000_000;
    let expected = is_valid.then(|| Duration::new(seconds, u32::try_from(nanos).unwrap()));
    assert_eq!(hint(details.clone()), expected);
    // The first one counts, whatever follows.
    details.extend_from_slice(&input.bytes(64));
    assert_eq!(hint(details.clone()), expected);
    // No part of the message is read as another delay.
    details.truncate(input.below(details.len() + 1));
    assert!([None, expected].contains(&hint(details)));
}

pub(crate) fn foreign_details(bytes: &[u8]) {
    let status = Status::with_details(Code::Unavailable, "", Bytes::copy_from_slice(bytes));
    assert_eq!(status.class(), retry_runtime::Class::Unavailable);
    let names_info = bytes.windows(20).any(|part| part == b"/google.rpc.RetryInf");
    assert!(names_info || status.retry_after().is_none());
}

pub(crate) fn pushback(bytes: &[u8]) {
    let mut input = Input::new(bytes);
    let text = input.text(&["0", "1", "31", "-", "+", " ", ".5", "18446744073709551615", "18446744073709551616"]);
    let Ok(value) = MetadataValue::try_from(text.as_str()) else { return };
    let mut status = Status::unavailable("");
    status.metadata_mut().insert("grpc-retry-pushback-ms", value);
    let digits = text.trim();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let expected = is_number.then(|| Duration::from_millis(digits.parse().unwrap_or(u64::MAX)));
    assert_eq!((status.retry_after(), status.gave_up()), (expected, !is_number), "{text:?}");
}
