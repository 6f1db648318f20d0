//! The shop's client: seven functions, each with the retries that fit what it asks for.
//!
//! `visit` is what one call carries along: where to connect, the session's token, and the journal that the hooks
//! write for the table. `attempt`, bound by `context`, says which attempt is under way.
//!
//! Each function has the default budget. A budget depends on the order in which calls end, so an operation makes one call
//! at a time (`calls.rs`): the same seed prints the same table.

use std::io::{self, Write};

use reqwest::header::AUTHORIZATION;
use retry_runtime::retry;

use crate::error::{ShopError, accepted};
use crate::shop::{Page, Profile, Quote, Receipt, Shelf, Stock};
use crate::visit::Visit;

/// The price of an article: a slow answer and a busy shop are worth another try, anything else is not.
#[retry(
    max_attempts = 3,
    backoff = exp(20ms, 160ms),
    retry_on = (Timeout, Status(503)),
    attempt_timeout = 1s,
    context = attempt,
    on_retry = |attempt, _| visit.note_wait(attempt),
    fallback = |attempt, error| visit.give_up(attempt, error),
)]
pub(crate) async fn quote(visit: &Visit, article: u32) -> Result<Quote, ShopError> {
    let answer = visit.get(attempt, &format!("/quote/{article}")).send().await?;
    Ok(accepted(answer)?.json().await?)
}

/// Returns the number of pieces left. The shop throttles this one: its Retry-After is the least delay, jitter adds to it so
/// that not all come back at once, and one of minutes is not waited for.
#[retry(
    max_attempts = 4,
    backoff = exp(20ms, 300ms),
    throttled_backoff = exp(1s, 2s),
    jitter = additive(100ms),
    max_retry_after = 5s,
    retry_on = transient,
    attempt_timeout = 5s,
    context = attempt,
    on_retry = |attempt, _| visit.note_wait(attempt),
    fallback = |attempt, error| visit.give_up(attempt, error),
)]
pub(crate) async fn stock(visit: &Visit, article: u32) -> Result<Stock, ShopError> {
    let answer = visit.get(attempt, &format!("/stock/{article}")).send().await?;
    Ok(accepted(answer)?.json().await?)
}

/// Searches. The index is rebuilt now and then: an empty page, and one that ends midway, are a reason to
/// ask again, although the shop said Ok.
#[retry(
    max_attempts = 4,
    backoff = linear(15ms, 15ms, 60ms),
    jitter = equal,
    retry_on = (transient, Malformed),
    retry_ok = |page: &Page| page.items.is_empty(),
    attempt_timeout = 5s,
    context = attempt,
    on_retry = |attempt, _| visit.note_wait(attempt),
    fallback = |attempt, result| visit.end_with(attempt, result),
)]
pub(crate) async fn search(visit: &Visit, word: u32) -> Result<Page, ShopError> {
    let answer = visit.get(attempt, &format!("/search/{word}")).send().await?;
    Ok(accepted(answer)?.json().await?)
}

/// The customer's profile. A retry alone does not help against a 401: the token is renewed before it, and where the
/// shop does not renew it, the call ends with that error.
#[retry(
    max_attempts = 3,
    backoff = exp(10ms, 80ms),
    retry_on = (transient, ShopError::Unauthorized),
    attempt_timeout = 5s,
    context = attempt,
    on_retry = async |attempt, error| {
        visit.note_wait(attempt);
        match error {
            ShopError::Unauthorized => visit.renew_token().await,
            _ => Ok(()),
        }
    },
    fallback = |attempt, error| visit.give_up(attempt, error),
)]
pub(crate) async fn profile(visit: &Visit) -> Result<Profile, ShopError> {
    let answer = visit.get(attempt, "/profile").header(AUTHORIZATION, visit.token()).send().await?;
    Ok(accepted(answer)?.json().await?)
}

/// Recommends articles: worth little, so it has a deadline, and yesterday's picks are better than an error.
#[retry(
    max_attempts = 3,
    backoff = fibonacci(20ms, 200ms),
    retry_on = transient,
    attempt_timeout = 1s,
    deadline = 10s,
    context = attempt,
    on_retry = |attempt, _| visit.note_wait(attempt),
    fallback = |attempt, error| visit.give_up(attempt, error).or_else(|_: ShopError| Ok(Page::of_yesterday())),
)]
pub(crate) async fn picks(visit: &Visit) -> Result<Page, ShopError> {
    let answer = visit.get(attempt, "/picks").send().await?;
    Ok(accepted(answer)?.json().await?)
}

/// Orders an article. A second order is worse than none: only where the connection was refused is it certain that
/// the shop has not seen the first.
#[retry(
    max_attempts = 5,
    backoff = exp(15ms, 120ms),
    retry_on = Connect,
    side_effects,
    attempt_timeout = 5s,
    context = attempt,
    on_retry = |attempt, _| visit.note_wait(attempt),
    fallback = |attempt, error| visit.give_up(attempt, error),
)]
pub(crate) async fn order(visit: &Visit, article: u32) -> Result<Receipt, ShopError> {
    let answer = visit.post(attempt, &format!("/orders/{article}")).send().await?;
    Ok(accepted(answer)?.json().await?)
}

/// Looks up the shelf of an article: blocking, over a socket of the standard library, by hand.
#[retry(
    max_attempts = 4,
    backoff = exp(10ms, 200ms),
    jitter = decorrelated,
    retry_on = (Connect, Disconnected, Timeout),
    context = attempt,
    on_retry = |attempt, _| visit.note_wait(attempt),
    fallback = |attempt, error| visit.give_up(attempt, error),
)]
pub(crate) fn shelf(visit: &Visit, article: u32) -> io::Result<Shelf> {
    let (mut connection, headers) = visit.connect(attempt)?;
    connection.write_all(format!("GET /shelf/{article} HTTP/1.1\r\n{headers}\r\n").as_bytes())?;
    let answer = io::read_to_string(connection)?;
    let (_, json) = answer.split_once("\r\n\r\n").ok_or(io::ErrorKind::UnexpectedEof)?;
    serde_json::from_str(json).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))
}
