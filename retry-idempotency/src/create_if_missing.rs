//! Creating what is missing, once.

use core::future::Future;

/// What [`create_if_missing`] has decided, with what is there now.
///
/// Only [`Created`](Self::Created) says who made it. An answer that got lost on its way looks like somebody else's work: what
/// must follow a creation exactly once belongs under an idempotency key, and not behind a `Created`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation<T> {
    /// It was there at the first look; nothing was created.
    Found(T),
    /// It was missing and this call has created it.
    Created(T),
    /// It was missing, then the creation was refused because it exists: another was faster, or an earlier attempt of this
    /// caller had come through after all.
    Raced(T),
    /// It was missing, the creation failed, and yet it is there now: most likely the answer to the creation was lost.
    Unsure(T),
}

impl<T> Creation<T> {
    /// What is there now, whoever has created it.
    pub fn into_inner(self) -> T {
        let (Self::Found(it) | Self::Created(it) | Self::Raced(it) | Self::Unsure(it)) = self;
        it
    }

    /// Whether this call has certainly created it.
    pub const fn is_created(&self) -> bool {
        matches!(self, Self::Created(_))
    }
}

/// Creates a resource if it is missing: a bucket, a topic, an account, a row.
///
/// `look` says what is there, `create` creates it, and `exists` tells the error by which the other side says that it
/// exists already. That side must refuse a second creation (a unique name, `If-None-Match: *`): a look before a creation
/// saves work, and does not keep two callers apart.
///
/// After each creation that failed it looks once more, since a timeout does not say that nothing was created. What it then
/// finds is the answer, and no error. What it does not find may still come, from a request that is still on its way; so
/// repeat the whole of it and not `create` alone, by calling it inside a function with `#[retry]`.
///
/// # Errors
///
/// The error of the first look. The error of the creation, if it is still missing afterwards, or if looking failed too.
/// Where the creation was refused because it exists, a failed second look is told by its own error.
///
/// # Cancel safety
///
/// It may be dropped at any time: a creation under way happens or does not, and the next call finds it.
///
/// # Examples
///
/// ```
/// use retry_runtime::{Classify, Creation, create_if_missing, retry};
/// # struct Client;
/// # struct Bucket;
/// # impl Client {
/// #     async fn bucket(&self, _name: &str) -> Result<Option<Bucket>, ApiError> { Ok(None) }
/// #     async fn create_bucket(&self, _name: &str) -> Result<Bucket, ApiError> { Ok(Bucket) }
/// # }
///
/// #[derive(Debug, Classify)]
/// enum ApiError {
///     Timeout,
///     Exists,
/// }
///
/// #[retry(retry_on = Timeout)]
/// async fn bucket(client: &Client, name: &str) -> Result<Creation<Bucket>, ApiError> {
///     create_if_missing(
///         async || client.bucket(name).await,
///         async || client.create_bucket(name).await,
///         |error| matches!(error, ApiError::Exists),
///     )
///     .await
/// }
/// # let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
/// # assert!(runtime.block_on(bucket(&Client, "invoices")).unwrap().is_created());
/// # let _ = ApiError::Timeout;
/// ```
pub async fn create_if_missing<T, E, Look, Create>(
    mut look: impl FnMut() -> Look,
    create: impl FnOnce() -> Create,
    exists: impl FnOnce(&E) -> bool,
) -> Result<Creation<T>, E>
where
    // Not `AsyncFnMut`: a future that borrows from its closure cannot be proven to be `Send`.
    Look: Future<Output = Result<Option<T>, E>>,
    Create: Future<Output = Result<T, E>>,
{
    if let Some(found) = look().await? {
        return Ok(Creation::Found(found));
    }
    match create().await {
        Ok(created) => Ok(Creation::Created(created)),
        Err(error) => {
            let refused = exists(&error);
            after_failure(error, refused, look().await)
        }
    }
}

/// [`create_if_missing`] for blocking code.
///
/// # Errors
///
/// As [`create_if_missing`].
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use retry_runtime::{Creation, create_if_missing_blocking};
///
/// let server = Cell::new(None);
/// let answer = create_if_missing_blocking(
///     || Ok(server.get()),
///     || {
///         server.set(Some(7)); // comes through, but its answer does not
///         Err("timeout")
///     },
///     |error| *error == "exists",
/// );
/// assert_eq!(answer, Ok(Creation::Unsure(7)));
/// ```
pub fn create_if_missing_blocking<T, E>(
    mut look: impl FnMut() -> Result<Option<T>, E>,
    create: impl FnOnce() -> Result<T, E>,
    exists: impl FnOnce(&E) -> bool,
) -> Result<Creation<T>, E> {
    if let Some(found) = look()? {
        return Ok(Creation::Found(found));
    }
    match create() {
        Ok(created) => Ok(Creation::Created(created)),
        Err(error) => {
            let refused = exists(&error);
            after_failure(error, refused, look())
        }
    }
}

/// What a creation that failed comes to, given what a look after it has seen.
fn after_failure<T, E>(error: E, refused: bool, seen: Result<Option<T>, E>) -> Result<Creation<T>, E> {
    match seen {
        Ok(Some(found)) if refused => Ok(Creation::Raced(found)),
        Ok(Some(found)) => Ok(Creation::Unsure(found)),
        // That it exists says nothing of why it could not be seen.
        Err(unseen) if refused => Err(unseen),
        Ok(None) | Err(_) => Err(error),
    }
}
