//! `google.rpc.RetryInfo` in the details of a gRPC status.
//!
//! The four messages that are read here, with the numbers of their fields:
//!
//! ```text
//! google.rpc.Status          3 repeated google.protobuf.Any details
//! google.protobuf.Any        1 string type_url     2 bytes value
//! google.rpc.RetryInfo       1 google.protobuf.Duration retry_delay
//! google.protobuf.Duration   1 int64 seconds       2 int32 nanos
//! ```
//!
//! See the [encoding](https://protobuf.dev/programming-guides/encoding/).

use core::time::Duration;

const TYPE_URL: &[u8] = b"/google.rpc.RetryInfo";

/// Message that cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

/// Value of a field.
enum Value<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
    /// A number of fixed length. None of the fields that are read has one.
    Fixed,
}

/// Returns the delay of the first `RetryInfo`; `None` if there is none.
///
/// `details` is an encoded `google.rpc.Status`.
///
/// # Errors
///
/// [`Unreadable`] if the message is broken or the delay is negative.
pub(super) fn delay(details: &[u8]) -> Result<Option<Duration>, Unreadable> {
    for field in fields(details) {
        if let (3, Value::Bytes(any)) = field? {
            if let Some(info) = retry_info(any)? {
                return retry_delay(info);
            }
        }
    }
    Ok(None)
}

/// Returns the encoded `RetryInfo`, or `None` if it is another message.
fn retry_info(any: &[u8]) -> Result<Option<&[u8]>, Unreadable> {
    let (mut is_retry_info, mut message) = (false, &[][..]);
    for field in fields(any) {
        match field? {
            (1, Value::Bytes(url)) => is_retry_info = url.ends_with(TYPE_URL),
            (2, Value::Bytes(value)) => message = value,
            _ => {}
        }
    }
    Ok(is_retry_info.then_some(message))
}

fn retry_delay(info: &[u8]) -> Result<Option<Duration>, Unreadable> {
    for field in fields(info) {
        if let (1, Value::Bytes(delay)) = field? {
            return duration(delay).map(Some);
        }
    }
    Ok(None)
}

fn duration(message: &[u8]) -> Result<Duration, Unreadable> {
    let (mut seconds, mut nanos) = (0, 0);
    for field in fields(message) {
        match field? {
            (1, Value::Varint(value)) => seconds = value,
            (2, Value::Varint(value)) => nanos = value,
            _ => {}
        }
    }
    // A negative number is encoded as its two's complement in 64 bits.
    let is_negative = i64::try_from(seconds).is_err();
    let nanos = u32::try_from(nanos).ok().filter(|nanos| *nanos < 1_000_000_000 && !is_negative);
    Ok(Duration::new(seconds, nanos.ok_or(Unreadable)?))
}

/// Returns the fields of a message, each with its number. Ends after an error.
fn fields(message: &[u8]) -> impl Iterator<Item = Result<(u64, Value<'_>), Unreadable>> {
    let mut rest = Some(message);
    core::iter::from_fn(move || {
        let mut bytes = rest.take().filter(|bytes| !bytes.is_empty())?;
        let field = field(&mut bytes).ok_or(Unreadable);
        rest = field.is_ok().then_some(bytes);
        Some(field)
    })
}

fn field<'a>(bytes: &mut &'a [u8]) -> Option<(u64, Value<'a>)> {
    // The key: the number of the field, and 3 bits of its wire type.
    let key = varint(bytes)?;
    let value = match key & 7 {
        0 => Value::Varint(varint(bytes)?),
        1 => take(bytes, 8).map(|_| Value::Fixed)?,
        2 => {
            let length = varint(bytes)?;
            Value::Bytes(take(bytes, usize::try_from(length).ok()?)?)
        }
        5 => take(bytes, 4).map(|_| Value::Fixed)?,
        _ => return None,
    };
    Some((key >> 3, value))
}

/// Reads a number of 7 bits per byte, the least first.
///
/// The eighth bit means that another byte follows.
fn varint(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)?[0];
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

fn take<'a>(bytes: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(taken)
}
