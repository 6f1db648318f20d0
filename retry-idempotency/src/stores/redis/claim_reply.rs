//! Reply of the script of a claim.

use core::time::Duration;

use ::redis::{FromRedisValue, ParsingError, Value};

use super::error::unexpected;
use crate::protocol::lease::FirstRow;
use crate::protocol::{ClaimOutcome, ClaimRequest, Lease, Steps, StoreError};

/// Reply of the script of a claim.
pub(super) enum Reply {
    /// Token of a first use, which is the time of the server.
    First(u64),
    /// Kind, its number, runs, bytes, and the result that is to be replaced.
    Other(String, u64, u32, Vec<u8>, Option<Vec<u8>>),
}

impl Reply {
    /// Returns the time of the server, if the reply has it.
    pub(super) fn time(&self) -> Option<u64> {
        match self {
            Self::First(now) => Some(*now),
            Self::Other(what, _, _, now, _) if what == "first" => core::str::from_utf8(now).ok()?.parse().ok(),
            Self::Other(..) => None,
        }
    }
}

impl FromRedisValue for Reply {
    fn from_redis_value(value: Value) -> Result<Self, ParsingError> {
        if let Value::BulkString(_) = value {
            return FromRedisValue::from_redis_value(value).map(Self::First);
        }
        let (what, number, runs, bytes, previous) = FromRedisValue::from_redis_value(value)?;
        Ok(Self::Other(what, number, runs, bytes, previous))
    }
}

fn first(request: &ClaimRequest<'_>, token: u64) -> Lease {
    Lease::new(request.id, request.holder, token, 1)
        .with_first_row(FirstRow { fingerprint: request.fingerprint.copied() })
}

/// Returns the outcome of a claim, unless it was late or its scope is full.
pub(super) fn claimed(request: &ClaimRequest<'_>, reply: Reply) -> Result<ClaimOutcome, StoreError> {
    let (what, number, runs, bytes, previous) = match reply {
        Reply::First(token) => return Ok(ClaimOutcome::Run(first(request, token))),
        Reply::Other(what, number, runs, bytes, previous) => (what, number, runs, bytes, previous),
    };
    match &*what {
        "first" => Ok(ClaimOutcome::Run(first(request, number))),
        "run" => {
            let lease = Lease::new(request.id, request.holder, number, runs);
            let previous = previous.map(Vec::into_boxed_slice);
            Ok(ClaimOutcome::Run(lease.with_steps(Steps::from_bytes(bytes)?).with_previous(previous)))
        }
        "finished" => Ok(ClaimOutcome::Finished(bytes.into())),
        "in flight" => Ok(ClaimOutcome::InFlight { retry_in: Duration::from_micros(number) }),
        "interrupted" => Ok(ClaimOutcome::Interrupted { runs: number.try_into().unwrap_or(u32::MAX) }),
        "mismatch" => Ok(ClaimOutcome::Mismatch),
        other => Err(unexpected(other)),
    }
}
