//! What the statements of a claim answer.

use core::time::Duration;
use std::boxed::Box;
use std::vec::Vec;

use tokio_postgres::{Error, Row};

use super::error::failed;
use crate::idempotency::{Ask, Claimed, Held, Steps, StoreError, Takeover};

/// A row of [`CLAIM`](super::sql::CLAIM), or of [`TAKE`](super::sql::TAKE).
pub(super) struct Seen {
    is_mine: bool,
    /// The fingerprints agree.
    is_same: bool,
    is_finished: bool,
    token: u64,
    runs: u32,
    result: Option<Box<[u8]>>,
    steps: Steps,
    /// What was left of its time; `None` if this claim has taken the key.
    left: Option<Duration>,
}

impl Seen {
    pub(super) fn read(row: &Row) -> Result<Self, StoreError> {
        let micros_left: Option<i64> = get(row, 7)?;
        Ok(Self {
            is_mine: get(row, 0)?,
            is_same: get(row, 1)?,
            is_finished: get::<i16>(row, 2)? == 1,
            token: number(get::<i64>(row, 3)?)?,
            runs: number(get::<i32>(row, 4)?)?,
            result: get::<Option<Vec<u8>>>(row, 5)?.map(Vec::into_boxed_slice),
            steps: Steps::from_bytes(get(row, 6)?)?,
            // A negative time is over.
            left: micros_left.map(|micros| Duration::from_micros(micros.try_into().unwrap_or(0))),
        })
    }

    /// The order of the questions is the rule. `None`: it may be taken.
    pub(super) fn answer(self, ask: &Ask<'_>) -> Option<Claimed> {
        let Some(left) = self.left else { return Some(self.run(ask)) };
        let is_over = left.is_zero();
        let reopens = ask.takeover == Takeover::Reopen;
        if self.is_mine && !self.is_finished && !is_over {
            return Some(self.run(ask));
        }
        if self.is_finished && (is_over || reopens && !self.is_mine) {
            return None;
        }
        if !reopens && !self.is_same {
            return Some(Claimed::Mismatch);
        }
        if self.is_finished {
            return Some(Claimed::Finished(self.result.unwrap_or_default()));
        }
        if !is_over {
            return Some(Claimed::InFlight { retry_in: left });
        }
        let resumes = ask.takeover == Takeover::Resume || reopens && self.result.is_some();
        if resumes { None } else { Some(Claimed::Interrupted { runs: self.runs }) }
    }

    fn run(self, ask: &Ask<'_>) -> Claimed {
        let held = Held::new(ask.id, ask.owner, self.token, self.runs);
        Claimed::Run(held.with_steps(self.steps).with_previous(self.result))
    }
}

/// A column, by its place.
pub(super) fn get<'a, T: tokio_postgres::types::FromSql<'a>>(row: &'a Row, at: usize) -> Result<T, StoreError> {
    row.try_get(at).map_err(|error: Error| failed(error))
}

/// A count, or a token: PostgreSQL has no unsigned numbers.
pub(super) fn number<T: TryFrom<U>, U>(stored: U) -> Result<T, StoreError> {
    T::try_from(stored).map_err(|_| StoreError::Unreadable { what: "a negative number" })
}
