//! State of one call.

use std::io;
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder};
use retry_runtime::Attempt;

use crate::error::{ShopError, accepted};
use crate::journal::Journal;
use crate::operation::{HEADER, Operation, Tag};
use crate::script::{Fault, Script};
use crate::server::Doors;
use crate::shop::Token;

/// Timeout of the blocking call.
const READ_TIMEOUT: Duration = Duration::from_secs(1);

/// State that all calls share.
pub(crate) struct Street {
    pub(crate) client: Client,
    pub(crate) doors: Doors,
    pub(crate) script: Script,
}

/// State of one call: the address, the session's token, and the journal for the table.
pub(crate) struct Visit {
    street: Arc<Street>,
    operation: Operation,
    call: u32,
    token: Mutex<String>,
    journal: Mutex<Journal>,
}

impl Visit {
    pub(crate) fn new(street: Arc<Street>, call: u32) -> Self {
        let operation = Operation::of_call(call);
        Self { street, operation, call, token: Mutex::new("old".to_owned()), journal: Mutex::default() }
    }

    pub(crate) fn operation(&self) -> Operation {
        self.operation
    }

    pub(crate) fn call(&self) -> u32 {
        self.call
    }

    /// Seed of the generator of this call's delays.
    pub(crate) fn seed(&self) -> u64 {
        self.street.script.seed_of_call(self.tag(0))
    }

    pub(crate) fn get(&self, attempt: &Attempt, path: &str) -> RequestBuilder {
        self.request(Method::GET, attempt, path)
    }

    pub(crate) fn post(&self, attempt: &Attempt, path: &str) -> RequestBuilder {
        self.request(Method::POST, attempt, path)
    }

    /// A blocking connection, and the headers to send over it.
    pub(crate) fn connect(&self, attempt: &Attempt) -> io::Result<(TcpStream, String)> {
        let connection = TcpStream::connect(self.begin(attempt))?;
        connection.set_read_timeout(Some(READ_TIMEOUT))?;
        let headers = format!("host: shop\r\nconnection: close\r\n{HEADER}: {}\r\n", self.tag(attempt.number()));
        Ok((connection, headers))
    }

    pub(crate) fn token(&self) -> String {
        locked(&self.token).clone()
    }

    /// Asks the shop for a fresh token.
    pub(crate) async fn renew_token(&self) -> Result<(), ShopError> {
        let url = format!("http://{}/token", self.street.doors.shop);
        let answer = self.street.client.post(url).header(HEADER, self.tag(0).to_string()).send().await?;
        let fresh: Token = accepted(answer)?.json().await?;
        *locked(&self.token) = fresh.token;
        Ok(())
    }

    /// For `on_retry`: a retry is about to follow.
    pub(crate) fn note_wait(&self, attempt: &Attempt) {
        locked(&self.journal).announce_wait(attempt);
    }

    /// For `fallback`: the call ends with this error.
    pub(crate) fn give_up<T, E>(&self, attempt: &Attempt, error: E) -> Result<T, E> {
        locked(&self.journal).give_up(attempt);
        Err(error)
    }

    /// For a `fallback` with `retry_ok`: the call ends with this result, an error or a page that is still empty.
    pub(crate) fn end_with<R>(&self, attempt: &Attempt, result: R) -> R {
        locked(&self.journal).give_up(attempt);
        result
    }

    pub(crate) fn into_journal(self) -> Journal {
        self.journal.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn request(&self, method: Method, attempt: &Attempt, path: &str) -> RequestBuilder {
        let url = format!("http://{}{path}", self.begin(attempt));
        self.street.client.request(method, url).header(HEADER, self.tag(attempt.number()).to_string())
    }

    /// Counts an attempt that begins now; the answer is the door that the script has for it.
    fn begin(&self, attempt: &Attempt) -> SocketAddr {
        let fault = self.street.script.fault(self.tag(attempt.number()));
        locked(&self.journal).begin_attempt(attempt, fault);
        match fault {
            Some(Fault::Refused) => self.street.doors.closed,
            Some(Fault::Reset) => self.street.doors.rude,
            _ => self.street.doors.shop,
        }
    }

    fn tag(&self, attempt: u32) -> Tag {
        Tag { operation: self.operation, call: self.call, attempt }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
