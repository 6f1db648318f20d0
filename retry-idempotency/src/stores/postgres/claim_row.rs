//! Rows that the statements of a claim return.

use core::time::Duration;

use tokio_postgres::{Error, Row};

use crate::protocol::{ClaimOutcome, ClaimRequest, Lease, Steps, StoreError, Takeover};
use crate::stores::postgres::error::failed;
use crate::stores::postgres::time_values::Moment;

/// Row that a claim has inserted, found or taken.
pub(super) struct ClaimRow {
    is_mine: bool,
    /// True if the fingerprints agree.
    is_same: bool,
    is_finished: bool,
    token: u64,
    runs: u32,
    result: Option<Box<[u8]>>,
    steps: Steps,
    /// Rest of the time; `None` if this claim has taken the key.
    ///
    /// It is the rest of the lease, or of the time to keep the result, in microseconds; negative after its end.
    left: Option<i64>,
    /// Clock of the server, in microseconds.
    pub(super) now: u64,
}

impl ClaimRow {
    /// Reads a row of [`SEEN`](super::sql::SEEN) or of [`TAKE`](super::sql::TAKE).
    pub(super) fn seen(row: &Row) -> Result<Self, StoreError> {
        let (until, Moment(now)) = (get::<Option<Moment>>(row, 7)?, get(row, 8)?);
        Ok(Self {
            is_mine: get(row, 0)?,
            is_same: get(row, 1)?,
            is_finished: get::<i16>(row, 2)? == 1,
            token: number(get::<i64>(row, 3)?)?,
            runs: number(get::<i32>(row, 4)?)?,
            result: get::<Option<Vec<u8>>>(row, 5)?.map(Vec::into_boxed_slice),
            steps: Steps::from_bytes(get(row, 6)?)?,
            left: until.map(|Moment(until)| until.saturating_sub(now)),
            now: number(now)?,
        })
    }

    /// Reads a row of [`CLAIM`](super::sql::CLAIM).
    pub(super) fn begun(row: &Row) -> Result<Self, StoreError> {
        let Moment(now) = get(row, 1)?;
        Ok(Self {
            is_mine: true,
            is_same: true,
            is_finished: false,
            token: number(get::<i64>(row, 0)?)?,
            runs: 1,
            result: None,
            steps: Steps::default(),
            left: None,
            now: number(now)?,
        })
    }

    /// Decides the claim.
    ///
    /// The order of the checks is that of [`Row::decide`](crate::state_machine::Row::decide).
    ///
    /// `ahead` is by how many microseconds the clock was set forward: results are kept for so much longer.
    ///
    /// Returns `None` if the key may be taken.
    pub(super) fn answer(self, request: &ClaimRequest<'_>, ahead: u64) -> Option<ClaimOutcome> {
        let Some(left) = self.left else { return Some(self.run(request)) };
        let left = if self.is_finished { left.saturating_add_unsigned(ahead) } else { left };
        // A negative rest has ended.
        let left = Duration::from_micros(left.try_into().unwrap_or(0));
        let is_over = left.is_zero();
        let reopens = request.takeover == Takeover::Reopen;
        if self.is_mine && !self.is_finished && !is_over {
            return Some(self.run(request));
        }
        if self.is_finished && (is_over || reopens && !self.is_mine) {
            return None;
        }
        if !reopens && !self.is_same {
            return Some(ClaimOutcome::Mismatch);
        }
        if self.is_finished {
            return Some(ClaimOutcome::Finished(self.result.unwrap_or_default()));
        }
        if !is_over {
            return Some(ClaimOutcome::InFlight { retry_in: left });
        }
        let resumes = request.takeover == Takeover::Resume || reopens && self.result.is_some();
        if resumes { None } else { Some(ClaimOutcome::Interrupted { runs: self.runs }) }
    }

    /// Returns the outcome for a key that this claim holds.
    pub(super) fn run(self, request: &ClaimRequest<'_>) -> ClaimOutcome {
        let lease = Lease::new(request.id, request.holder, self.token, self.runs);
        ClaimOutcome::Run(lease.with_steps(self.steps).with_previous(self.result))
    }
}

/// Reads a column by its position.
pub(super) fn get<'a, T: tokio_postgres::types::FromSql<'a>>(row: &'a Row, at: usize) -> Result<T, StoreError> {
    row.try_get(at).map_err(|error: Error| failed(error))
}

/// Converts a count or a token; PostgreSQL has no unsigned integers.
pub(super) fn number<T: TryFrom<U>, U>(stored: U) -> Result<T, StoreError> {
    T::try_from(stored).map_err(|_| StoreError::Unreadable { what: "a negative number" })
}
