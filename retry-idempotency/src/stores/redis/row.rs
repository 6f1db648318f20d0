//! Rows of first runs, which the client writes.
//!
//! `scripts/row.lua` has a diagram.

use crate::protocol::{ClaimRequest, Fingerprint, HolderId};
use crate::state_machine::micros;

/// Version of the stored form of a key.
const VERSION: u8 = 3;
/// Milliseconds after which Redis removes an expired key.
pub(super) const GRACE: u64 = 60_000;

/// Digits of a time in microseconds, from 2001 to 2286.
const DIGITS: usize = 16;
/// Bytes between the two times.
const MIDDLE: usize = 76;
const HEAD: usize = DIGITS + MIDDLE + DIGITS;

/// Returns what a row begins with: token, version and holder.
///
/// A holder has each token once, so a row that begins so is of this run.
pub(super) fn beginning(holder: HolderId, token: u64) -> [u8; 33] {
    let mut row = [VERSION; 33];
    write_digits(&mut row[..DIGITS], token);
    row[17..].copy_from_slice(holder.as_bytes());
    row
}

fn middle(holder: HolderId, fingerprint: Option<&Fingerprint>, state: u8) -> [u8; MIDDLE] {
    let mut row = [0; MIDDLE];
    row[0] = VERSION;
    row[1..17].copy_from_slice(holder.as_bytes());
    if let Some(fingerprint) = fingerprint {
        row[17] = 1;
        row[18..51].copy_from_slice(fingerprint.as_bytes());
    }
    row[51] = state;
    row[52..56].copy_from_slice(&1_u32.to_be_bytes());
    row
}

/// Returns the argument of a claim.
///
/// It is the latest time of the server, the takeover, and the row without its times.
pub(super) fn claim(request: &ClaimRequest<'_>, deadline: i64, takeover: u8) -> [u8; DIGITS + 1 + MIDDLE] {
    let mut argument = [0; DIGITS + 1 + MIDDLE];
    write_digits(&mut argument[..DIGITS], deadline.try_into().unwrap_or(0));
    argument[DIGITS] = takeover;
    let mut row = middle(request.holder, request.fingerprint, b'o');
    row[56..64].copy_from_slice(&micros(request.lease).to_be_bytes());
    argument[DIGITS + 1..].copy_from_slice(&row);
    argument
}

/// Returns the row of a key that its first run has finished, before the result.
///
/// `None` if the result is longer than a row can say; no Redis stores as much.
pub(super) fn finished(
    holder: HolderId,
    fingerprint: Option<&Fingerprint>,
    token: u64,
    result: &[u8],
) -> Option<[u8; HEAD]> {
    let mut row = [b'0'; HEAD];
    write_digits(&mut row[..DIGITS], token);
    let mut middle = middle(holder, fingerprint, b'f');
    middle[72..].copy_from_slice(&u32::try_from(result.len()).ok()?.to_be_bytes());
    row[DIGITS..DIGITS + MIDDLE].copy_from_slice(&middle);
    Some(row)
}

/// Writes a number right-aligned; one that is too large becomes the largest.
fn write_digits(digits: &mut [u8], number: u64) {
    let mut rest = number.min(9_999_999_999_999_999);
    for digit in digits.iter_mut().rev() {
        *digit = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
}

#[cfg(test)]
mod tests {
    use core::time::Duration;

    use super::*;
    use crate::protocol::Id;

    #[test]
    fn constants_are_those_of_the_scripts() {
        let (time, row) = (include_str!("scripts/time.lua"), include_str!("scripts/row.lua"));
        assert!(time.contains(&format!("local VERSION = '\\{VERSION}'")), "{time}");
        assert!(time.contains(&format!("local GRACE = {GRACE}\n")), "{time}");
        assert!(row.contains(&format!("local HEAD, FORM = {HEAD}, ")), "{row}");
    }

    #[test]
    fn numbers_are_right_aligned_and_bounded() {
        let written = |number| {
            let mut digits = [0; DIGITS];
            write_digits(&mut digits, number);
            String::from_utf8(digits.into()).unwrap()
        };
        assert_eq!(written(0), "0000000000000000");
        assert_eq!(written(1_796_066_431_161_427), "1796066431161427");
        assert_eq!(written(u64::MAX), "9999999999999999");
    }

    #[test]
    fn fields_are_where_the_diagram_says() {
        let (holder, fingerprint) = (HolderId::from_bytes([7; 16]), Fingerprint::new(9, [8; 32]));
        let request = ClaimRequest {
            fingerprint: Some(&fingerprint),
            ..ClaimRequest::new(Id::new("shop", "order").unwrap(), holder, Duration::from_micros(0x0102_0304))
        };
        let argument = claim(&request, -1, b'-');
        assert_eq!(&argument[..17], b"0000000000000000-");
        assert_eq!((argument[17], &argument[18..34]), (VERSION, &holder.as_bytes()[..]));
        assert_eq!((argument[34], &argument[35..68]), (1, &fingerprint.as_bytes()[..]));
        assert_eq!((argument[68], &argument[69..73]), (b'o', &[0, 0, 0, 1][..]));
        assert_eq!(&argument[73..], [0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let row = finished(holder, None, 42, &[0; 258]).unwrap();
        assert_eq!(row[..33], beginning(holder, 42));
        assert_eq!(&row[..16], b"0000000000000042");
        assert_eq!(row[33..67], [0; 34]);
        assert_eq!((row[67], &row[88..92]), (b'f', &[0, 0, 1, 2][..]));
        assert_eq!(&row[92..], b"0000000000000000");
    }
}
