//! Removal of expired keys, by walking through the pages of the table.

use crate::admin::PurgedPart;
use crate::protocol::StoreError;
use crate::stores::postgres::claim_row::{get, number};
use crate::stores::postgres::sql;
use crate::stores::postgres::statement::int8;
use crate::stores::postgres::store::PostgresStore;

/// Pages of one statement: 8 MiB, about 20,000 keys.
const PAGES: u64 = 1024;

/// Most statements of one call of [`Admin::purge`](crate::Admin::purge).
const MAX_PARTS: usize = 8;

impl PostgresStore {
    /// Removes expired keys, and returns their number.
    ///
    /// It begins where the last call has ended, and ends after a bounded number of pages. After the last page comes the first.
    pub(super) async fn purge_some(&self, limit: usize) -> Result<usize, StoreError> {
        let begin = self.next_page().get();
        let (mut at, mut removed, mut is_wrapped) = (begin, 0, false);
        for _ in 0..MAX_PARTS {
            if removed >= limit || is_wrapped && at >= begin {
                break;
            }
            let part = self.purge_pages(limit - removed, at).await?;
            removed += part.removed;
            // A table that has shrunk may end before the page at which this call began.
            let is_over = is_wrapped && part.next.is_none();
            is_wrapped |= part.next.is_none();
            at = part.next.unwrap_or(0);
            self.next_page().set(at);
            if is_over {
                break;
            }
        }
        Ok(removed)
    }

    /// Removes expired keys of some pages.
    ///
    /// The positions are numbers of pages. Rows that others have locked stay until a later purge.
    pub(super) async fn purge_pages(&self, limit: usize, at: u64) -> Result<PurgedPart, StoreError> {
        let end = at.saturating_add(PAGES);
        let as_int8 = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let (max, ahead) = (i64::try_from(limit).unwrap_or(i64::MAX), self.ahead());
        let (from, to) = (as_int8(at), as_int8(end));
        let values = [int8(&max), int8(&ahead), int8(&from), int8(&to)];
        let rows = self.rows(self.admin(), sql::PURGE, &values).await?;
        let row = rows.first().ok_or(StoreError::Unreadable { what: "the number of removed keys" })?;
        let (removed, is_full) = (number(get::<i64>(row, 0)?)?, get::<bool>(row, 1)?);
        let (last, pages): (Option<u64>, u64) =
            (get::<Option<i64>>(row, 2)?.map(number).transpose()?, number(get::<i64>(row, 3)?)?);
        // A full part may have left keys in the page of its last one.
        let next = if is_full { last.unwrap_or(at) } else { end };
        Ok(PurgedPart::new(removed, (is_full || next < pages).then_some(next)))
    }
}
