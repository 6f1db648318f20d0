//! Connection on which a statement runs, and what becomes of it without an answer.

use core::ops::Deref;
use core::pin::pin;
use core::time::Duration;

use deadpool::managed;
use deadpool_postgres::{ClientWrapper, Object, Pool};
use tokio::runtime::Handle;
use tokio_postgres::{Error, NoTls};

use crate::stores::postgres::error::is_of_connection;
use crate::support;

/// Longest time that a connection is kept while its statement is canceled.
const MAX_CANCEL: Duration = Duration::from_millis(500);

/// Opens connections as the pool does, and does not count them there.
pub(super) struct Spare(pub(super) Pool);

impl managed::Manager for Spare {
    type Type = ClientWrapper;
    type Error = Error;

    async fn create(&self) -> Result<ClientWrapper, Error> {
        self.0.manager().create().await
    }

    async fn recycle(&self, client: &mut ClientWrapper, metrics: &managed::Metrics) -> managed::RecycleResult<Error> {
        self.0.manager().recycle(client, metrics).await
    }
}

/// Connection of the pool, or a spare one.
pub(super) enum Connection {
    Pooled(Object),
    Spare(managed::Object<Spare>),
}

impl Deref for Connection {
    type Target = ClientWrapper;

    fn deref(&self) -> &ClientWrapper {
        match self {
            Self::Pooled(client) => client,
            Self::Spare(client) => client,
        }
    }
}

impl Connection {
    /// Closes the connection instead of giving it back.
    fn close(self) {
        drop(match self {
            Self::Pooled(client) => Object::take(client),
            Self::Spare(client) => managed::Object::take(client),
        });
    }
}

/// Connection on which a statement runs.
///
/// If it is dropped without an answer, the statement is canceled and the connection is closed. Closing alone would leave a server
/// process that waits for a lock: it reads that its client is gone when it has the lock, and other connections would take its place
/// in the pool meanwhile.
pub(super) struct InUse(Option<Connection>);

impl InUse {
    pub(super) const fn new(connection: Connection) -> Self {
        Self(Some(connection))
    }

    pub(super) fn client(&self) -> &ClientWrapper {
        self.0.as_ref().expect("a connection is present until it is dropped")
    }

    /// Gives the connection back, or closes it if it may not be used again.
    pub(super) fn answered<T>(mut self, answer: &Result<T, Error>) {
        let Some(connection) = self.0.take() else { return };
        if answer.as_ref().is_err_and(is_of_connection) {
            connection.close();
        }
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        let Some(connection) = self.0.take() else { return };
        match Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn(cancel(connection))),
            Err(_) => connection.close(),
        }
    }
}

/// Cancels the statement of a connection, and closes the connection.
///
/// It is closed when the server has ended the statement. It keeps its place in the pool until then, so that the server has no more of them than the pool. It is not given
/// back, because behind a pooler the request may arrive late, and would cancel the next statement.
async fn cancel(connection: Connection) {
    {
        // A request to cancel holds no secret that outlives the connection, and PostgreSQL takes it without TLS.
        let token = connection.cancel_token();
        let ended = async {
            token.cancel_query(NoTls).await?;
            connection.batch_execute("").await
        };
        // Closed all the same if the server is silent.
        let _ = support::within(MAX_CANCEL, pin!(ended)).await;
    }
    connection.close();
}
