//! The delay of `google.rpc.RetryInfo` among the details of a gRPC status.

use std::time::Duration;

use bytes::Bytes;
use proptest::collection::vec;
use proptest::prelude::*;
use retry_runtime::{Class, Classify};
use tonic::metadata::MetadataValue;
use tonic::{Code, Status};

const RETRY_INFO: &str = "type.googleapis.com/google.rpc.RetryInfo";

fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push(u8::try_from(number & 0x7f).unwrap() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap());
    bytes
}

/// A field of bytes: its key, its length, its content.
fn field(number: u8, content: &[u8]) -> Vec<u8> {
    [&[number << 3 | 2][..], &varint(content.len() as u64), content].concat()
}

fn number(field: u8, value: i64) -> Vec<u8> {
    [&[field << 3][..], &varint(value.cast_unsigned())].concat()
}

fn packed(url: &str, message: &[u8]) -> Vec<u8> {
    field(3, &[field(1, url.as_bytes()), field(2, message)].concat())
}

fn retry_info(seconds: i64, nanos: i64) -> Vec<u8> {
    packed(RETRY_INFO, &field(1, &[number(1, seconds), number(2, nanos)].concat()))
}

fn status(details: &[Vec<u8>]) -> Status {
    let details = [&[number(1, 8), field(2, b"quota")][..], details].concat().concat();
    Status::with_details(Code::ResourceExhausted, "quota", Bytes::from(details))
}

#[test]
fn its_delay_is_the_hint() {
    let help = || packed("type.googleapis.com/google.rpc.Help", &field(1, b"read the manual"));
    let cases = [
        (status(&[retry_info(30, 0)]), Some(Duration::from_secs(30))),
        (status(&[retry_info(0, 1)]), Some(Duration::from_nanos(1))),
        (status(&[retry_info(1, 500_000_000)]), Some(Duration::from_millis(1500))),
        (status(&[retry_info(i64::MAX, 999_999_999)]), Some(Duration::new(i64::MAX.unsigned_abs(), 999_999_999))),
        (status(&[help(), retry_info(2, 0)]), Some(Duration::from_secs(2))),
        (status(&[retry_info(2, 0), retry_info(3, 0)]), Some(Duration::from_secs(2))),
        (status(&[packed(RETRY_INFO, &field(1, &[]))]), Some(Duration::ZERO)),
        (status(&[packed(RETRY_INFO, &[])]), None),
        (status(&[help()]), None),
        (status(&[]), None),
        (status(&[retry_info(-1, 0)]), None),
        (status(&[retry_info(1, -1)]), None),
        (status(&[retry_info(1, 1_000_000_000)]), None),
        (status(&[packed("type.googleapis.com/other.RetryInfo", &[])]), None),
    ];
    for (status, expected) in cases {
        assert_eq!((status.class(), status.retry_after()), (Class::Throttled, expected), "{:?}", status.details());
        assert!(!status.gave_up());
    }
}

#[test]
fn pushback_outranks_it() {
    let mut status = status(&[retry_info(30, 0)]);
    status.metadata_mut().insert("grpc-retry-pushback-ms", MetadataValue::from_static("7"));
    assert_eq!(status.retry_after(), Some(Duration::from_millis(7)));
    status.metadata_mut().insert("grpc-retry-pushback-ms", MetadataValue::from_static("-1"));
    assert_eq!((status.retry_after(), status.gave_up()), (None, true));
}

proptest! {
    #[test]
    fn no_bytes_panic(details in vec(any::<u8>(), 0..60), pushback in vec(any::<u8>(), 0..20)) {
        let mut status = Status::with_details(Code::Unavailable, "", Bytes::from(details));
        if let Ok(value) = MetadataValue::try_from(&pushback[..]) {
            status.metadata_mut().insert("grpc-retry-pushback-ms", value);
        }
        let _ = (status.retry_after(), status.gave_up());
    }

    #[test]
    fn a_message_that_is_cut_or_changed_does_not_panic(end in 0..80_usize, at in 0..80_usize, byte in any::<u8>()) {
        let mut details = retry_info(300, 7);
        if let Some(place) = details.get_mut(at) {
            *place = byte;
        }
        details.truncate(end);
        let _ = Status::with_details(Code::Unavailable, "", Bytes::from(details)).retry_after();
    }
}
