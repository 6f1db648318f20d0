//! Connection to a server, replaced when it breaks or falls silent.

use core::pin::pin;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::redis::aio::MultiplexedConnection;
use ::redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult};

use crate::protocol::StoreError;
use crate::support;

/// Connection that all operations share, replaced when it breaks or falls silent.
///
/// Operations that are under way keep the old connection, and the next one opens a new one.
pub(super) struct SharedConnection {
    client: Client,
    current: Mutex<Option<Arc<Live>>>,
    /// Held while a connection is opened, so that concurrent operations open one.
    opening: tokio::sync::Mutex<()>,
}

struct Live {
    connection: MultiplexedConnection,
    /// Number of answers.
    ///
    /// Relaxed: only the number is shared.
    answers: AtomicU64,
}

impl SharedConnection {
    pub(super) fn new(client: Client) -> Self {
        Self { client, current: Mutex::new(None), opening: tokio::sync::Mutex::new(()) }
    }

    /// Runs an operation, for at most `within`.
    pub(super) async fn run<T, Answer>(
        &self,
        within: Duration,
        operation: impl FnOnce(MultiplexedConnection) -> Answer,
    ) -> Result<T, StoreError>
    where
        Answer: Future<Output = RedisResult<T>>,
    {
        let answered = async {
            let live = self.live().await?;
            let sent = Sent::new(self, &live);
            let answer = operation(live.connection.clone()).await;
            sent.end(&answer);
            answer
        };
        match support::within(within, pin!(answered)).await {
            Some(answer) => Ok(answer?),
            None => Err(StoreError::no_answer(within)),
        }
    }

    async fn live(&self) -> RedisResult<Arc<Live>> {
        if let Some(live) = &*self.current() {
            return Ok(Arc::clone(live));
        }
        let _opening = self.opening.lock().await;
        if let Some(live) = &*self.current() {
            return Ok(Arc::clone(live));
        }
        // The timeout of the operation is around all of it.
        let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
        let connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        let live = Arc::new(Live { connection, answers: AtomicU64::new(0) });
        *self.current() = Some(Arc::clone(&live));
        Ok(live)
    }

    fn current(&self) -> MutexGuard<'_, Option<Arc<Live>>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Discards a connection, unless it was replaced already.
    fn discard(&self, live: &Arc<Live>) {
        let mut current = self.current();
        if current.as_ref().is_some_and(|current| Arc::ptr_eq(current, live)) {
            *current = None;
        }
    }
}

/// Operation that was sent over a connection.
///
/// If it is dropped without an answer, by its timeout or by its caller, and the connection has answered nothing else since, the
/// connection is discarded.
struct Sent<'a> {
    shared: &'a SharedConnection,
    live: &'a Arc<Live>,
    answers_before: u64,
    has_ended: bool,
}

impl<'a> Sent<'a> {
    fn new(shared: &'a SharedConnection, live: &'a Arc<Live>) -> Self {
        let answers_before = live.answers.load(Ordering::Relaxed);
        Self { shared, live, answers_before, has_ended: false }
    }

    fn end<T>(mut self, answer: &RedisResult<T>) {
        self.has_ended = true;
        if answer.as_ref().is_err_and(is_of_connection) {
            self.shared.discard(self.live);
        } else {
            self.live.answers.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Sent<'_> {
    fn drop(&mut self) {
        if !self.has_ended && self.live.answers.load(Ordering::Relaxed) == self.answers_before {
            self.shared.discard(self.live);
        }
    }
}

/// Returns true if the connection cannot be used again.
fn is_of_connection(error: &RedisError) -> bool {
    error.is_unrecoverable_error() || matches!(error.kind(), ErrorKind::Io | ErrorKind::Parse)
}
