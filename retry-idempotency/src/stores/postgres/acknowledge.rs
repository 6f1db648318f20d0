//! Losses of the table: noticed, and acknowledged.

use crate::protocol::{HolderId, StoreError};
use crate::stores::postgres::marker::Marker;
use crate::stores::postgres::sql;
use crate::stores::postgres::statement::bytes;
use crate::stores::postgres::store::PostgresStore;
use crate::stores::server_clock::micros_now;

impl PostgresStore {
    pub(super) async fn read_marker(&self) -> Result<Option<Marker>, StoreError> {
        let sent = micros_now();
        let rows = self.rows(self.claims(), sql::MARKER, &[]).await?;
        let marker = rows.first().map(Marker::read).transpose()?;
        if let Some(marker) = &marker {
            self.clock().observe(marker.now(), sent);
        }
        Ok(marker)
    }

    /// Reads the marker when the store is opened.
    pub(super) async fn see_marker(&self) -> Result<(), StoreError> {
        self.marker().set(self.read_marker().await?);
        Ok(())
    }

    /// Checks that the table is still the one that was opened.
    ///
    /// For a table that lacks the row of a key.
    ///
    /// # Errors
    ///
    /// [`StoreError::Forgot`] if it is another one, or if it was emptied.
    pub(super) async fn check_marker(&self) -> Result<(), StoreError> {
        let found = self.read_marker().await?;
        if self.marker().accepts(found) { Ok(()) } else { Err(StoreError::Forgot) }
    }

    /// Acknowledges that this table has all the keys that it should have.
    ///
    /// Call it by hand after a [`StoreError::Forgot`] if you accept that effects may be repeated. Every store that has the table open
    /// goes on then. Called at each start of a program it would hide a loss. A table that [`SCHEMA`](super::SCHEMA) creates
    /// needs it only if it replaces another one.
    ///
    /// # Errors
    ///
    /// Returns an error if the server does not answer.
    ///
    /// # Cancel safety
    ///
    /// If the future is dropped it is unknown whether the loss is acknowledged; call it again.
    pub async fn acknowledge(&self) -> Result<(), StoreError> {
        let id = HolderId::random();
        self.rows(self.admin(), sql::ACKNOWLEDGE, &[bytes(&&id.as_bytes()[..])]).await?;
        self.see_marker().await
    }
}
