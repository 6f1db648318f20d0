//! Times as parameters and columns.
//!
//! They are sent as `timestamptz` and `interval`, with which the server computes faster than with numbers.

use core::error::Error;
use core::time::Duration;

use bytes::{BufMut, BytesMut};
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::state_machine::micros;

/// Microseconds between 1970 and 2000, from which PostgreSQL counts.
const EPOCH: i64 = 946_684_800_000_000;

/// Returns a time in microseconds; PostgreSQL has no unsigned integers.
pub(super) fn in_micros(time: Duration) -> i64 {
    micros(time).try_into().unwrap_or(i64::MAX)
}

/// Moment of the server's clock, a `timestamptz`, in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment(pub(super) i64);

/// Span of time, an `interval`, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span(i64);

impl From<Duration> for Span {
    fn from(time: Duration) -> Self {
        Self(in_micros(time))
    }
}

impl<'a> FromSql<'a> for Moment {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let micros = i64::from_be_bytes(raw.try_into()?);
        Ok(Self(micros.saturating_add(EPOCH)))
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TIMESTAMPTZ
    }
}

impl ToSql for Moment {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.put_i64(self.0.saturating_sub(EPOCH));
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::TIMESTAMPTZ
    }

    to_sql_checked!();
}

impl ToSql for Span {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        out.put_i64(self.0);
        // Days and months.
        out.put_i64(0);
        Ok(IsNull::No)
    }

    fn accepts(kind: &Type) -> bool {
        *kind == Type::INTERVAL
    }

    to_sql_checked!();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_it_was_written() {
        for micros in [0, EPOCH, 1_800_000_000_123_456] {
            let mut bytes = BytesMut::new();
            Moment(micros).to_sql_checked(&Type::TIMESTAMPTZ, &mut bytes).unwrap();
            assert_eq!(Moment::from_sql(&Type::TIMESTAMPTZ, &bytes).unwrap(), Moment(micros));
        }
        let infinity = i64::MAX.to_be_bytes();
        assert_eq!(Moment::from_sql(&Type::TIMESTAMPTZ, &infinity).unwrap(), Moment(i64::MAX));
        assert!(Moment::from_sql(&Type::TIMESTAMPTZ, &infinity[1..]).is_err());
    }
}
