//! Claims of keys.

use core::time::Duration;

use tokio::time::Instant;

use crate::protocol::{ClaimOutcome, ClaimRequest, Id, StoreError, Takeover};
use crate::stores::postgres::claim_row::{ClaimRow, get, number};
use crate::stores::postgres::sql;
use crate::stores::postgres::statement::{Value, bytes, flag, int8, interval, moment, text};
use crate::stores::postgres::store::{MAX_ROUNDS, PostgresStore};
use crate::stores::postgres::time_values::{Moment, Span};
use crate::stores::quota::{Quota, Room};
use crate::stores::server_clock::micros_now;

impl PostgresStore {
    /// Claims a key if its scope has room for it.
    pub(super) async fn claim_key(&self, request: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        let Some(quota) = self.quota() else { return self.claim_unbounded(request).await };
        self.check_quota(quota, request.id).await?;
        let claimed = self.claim_unbounded(request).await?;
        if matches!(&claimed, ClaimOutcome::Run(lease) if lease.run() == 1) {
            quota.added(request.id.scope());
        }
        Ok(claimed)
    }

    /// Checks that the scope has room, unless the key is there.
    async fn check_quota(&self, quota: &Quota, id: Id<'_>) -> Result<(), StoreError> {
        let has_room = match quota.room(id.scope()) {
            Room::Free => true,
            Room::Full => false,
            Room::Uncounted => {
                let max = i64::try_from(quota.max()).unwrap_or(i64::MAX);
                let rows = self.rows(self.claims(), sql::COUNT, &[text(&id.scope()), int8(&max)]).await?;
                let keys = rows.first().map(|row| number(get::<i64>(row, 0)?)).transpose()?;
                quota.counted(id.scope(), keys.unwrap_or(0))
            }
        };
        if has_room || self.token_of(id).await?.is_some() {
            return Ok(());
        }
        Err(StoreError::ScopeFull { keys: quota.max() })
    }

    /// Claims a key whose scope has room.
    ///
    /// Inserts the row of the key, or answers by the one that is there: first what is more likely.
    async fn claim_unbounded(&self, request: &ClaimRequest<'_>) -> Result<ClaimOutcome, StoreError> {
        request.check()?;
        let fingerprint = request.fingerprint.map(|fingerprint| &fingerprint.as_bytes()[..]);
        let (scope, key, holder) = (request.id.scope(), request.id.key(), &request.holder.as_bytes()[..]);
        let lease = Span::from(request.lease);
        let values = [text(&scope), text(&key), bytes(&fingerprint), bytes(&holder), interval(&lease)];
        let (begun, step) = (Instant::now(), self.step_timeout());
        let mut inserts = !self.guess().is_seen();
        for _ in 0..MAX_ROUNDS {
            if inserts {
                if let Some(begun) = self.insert(&values).await? {
                    self.guess().note(false);
                    return Ok(begun.run(request));
                }
            }
            let sent = micros_now();
            let rows = self.rows(self.claims(), sql::SEEN, &values[..4]).await?;
            if let Some(row) = rows.first() {
                self.guess().note(true);
                let seen = ClaimRow::seen(row)?;
                let ahead = self.observe(seen.now, sent);
                return match seen.answer(request, ahead) {
                    Some(claimed) => Ok(claimed),
                    None => self.take(request, &values).await,
                };
            }
            if inserts {
                // It reads the clock too.
                self.check_marker().await?;
                if begun.elapsed() >= step {
                    return Err(StoreError::no_answer(step));
                }
            }
            inserts = true;
        }
        Err(StoreError::Busy)
    }

    /// Inserts the row of a new key, and returns it.
    async fn insert(&self, values: &[Value<'_>; 5]) -> Result<Option<ClaimRow>, StoreError> {
        let (marker, sent, deadline) =
            (self.marker().id(), micros_now(), Moment(self.clock().deadline(self.step_timeout())));
        let [scope, key, fingerprint, holder, lease] = values.clone();
        let claim = [scope, key, fingerprint, holder, lease, bytes(&marker), moment(&deadline)];
        let rows = self.rows(self.claims(), sql::CLAIM, &claim).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let begun = ClaimRow::begun(row)?;
        self.observe(begun.now, sent);
        Ok(Some(begun))
    }

    /// Takes a key that may be taken, unless another claim takes it first.
    async fn take(&self, request: &ClaimRequest<'_>, values: &[Value<'_>; 5]) -> Result<ClaimOutcome, StoreError> {
        let (resumes, reopens) = (request.takeover == Takeover::Resume, request.takeover == Takeover::Reopen);
        let deadline = Moment(self.clock().deadline(self.step_timeout()));
        let [scope, key, fingerprint, holder, lease] = values.clone();
        let takeover = [scope, key, fingerprint, holder, lease, flag(&resumes), flag(&reopens), moment(&deadline)];
        let rows = self.rows(self.claims(), sql::TAKE, &takeover).await?;
        let taken = rows.first().map(ClaimRow::seen).transpose()?.and_then(|taken| taken.answer(request, 0));
        Ok(taken.unwrap_or(ClaimOutcome::InFlight { retry_in: Duration::ZERO }))
    }
}
