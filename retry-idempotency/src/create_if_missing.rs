//! Creation of a resource that may exist already.

use core::future::Future;

/// Outcome of [`create_if_missing`], with the resource that exists now.
///
/// Only [`Created`](Self::Created) proves who created it. A creation whose answer was lost looks like the work of another
/// caller. What must follow a creation exactly once belongs under an idempotency key, and not behind a `Created`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Creation<T> {
    /// It existed at the first look; nothing was created.
    Found(T),
    /// It was missing, and this call has created it.
    Created(T),
    /// It was missing, and the creation was refused because it exists.
    ///
    /// Another caller was faster, or an earlier attempt of this caller had succeeded.
    Raced(T),
    /// It was missing, and the creation failed, but it exists now.
    ///
    /// Most likely the answer to the creation was lost.
    Unsure(T),
}

impl<T> Creation<T> {
    /// Returns the resource, whoever has created it.
    pub fn into_inner(self) -> T {
        let (Self::Found(it) | Self::Created(it) | Self::Raced(it) | Self::Unsure(it)) = self;
        it
    }

    /// Returns true if this call has certainly created it.
    pub const fn is_created(&self) -> bool {
        matches!(self, Self::Created(_))
    }
}

/// Creates a resource if it is missing: a bucket, a topic, an account, a row.
///
/// `look` finds the resource, `create` creates it, and `exists` recognizes the error by which the other side refuses a
/// resource that exists. The other side must refuse a second creation, by a unique name or `If-None-Match: *`: a look before
/// a creation saves work, but does not keep two callers apart.
///
/// After a failed creation it looks once more, because a timeout does not prove that nothing was created. If it finds the
/// resource, that is the outcome. If it does not, a request may still be on its way. Therefore retry the whole call and not
/// `create` alone, inside a function with `#[retry]`.
///
/// # Errors
///
/// Returns the error of the first look. Returns the error of the creation if the resource is still missing, or if the
/// second look failed too. If the creation was refused because the resource exists, a failed second look returns its own
/// error.
///
/// # Cancel safety
///
/// May be dropped at any time. A creation under way happens or not, and the next call finds it.
///
/// # Examples
///
/// ```
/// use retry_idempotency::{Creation, create_if_missing};
/// use retry_runtime::{Classify, retry};
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

/// Creates a resource if it is missing, in blocking code.
///
/// See [`create_if_missing`].
///
/// # Errors
///
/// Returns the errors of [`create_if_missing`].
///
/// # Examples
///
/// ```
/// use std::cell::Cell;
/// use retry_idempotency::{Creation, create_if_missing_blocking};
///
/// let server = Cell::new(None);
/// let answer = create_if_missing_blocking(
///     || Ok(server.get()),
///     || {
///         server.set(Some(7)); // succeeds, but its answer is lost
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

/// Returns the outcome of a failed creation and the look after it.
fn after_failure<T, E>(error: E, refused: bool, seen: Result<Option<T>, E>) -> Result<Creation<T>, E> {
    match seen {
        Ok(Some(found)) if refused => Ok(Creation::Raced(found)),
        Ok(Some(found)) => Ok(Creation::Unsure(found)),
        // The refusal does not explain why the look failed.
        Err(unseen) if refused => Err(unseen),
        Ok(None) | Err(_) => Err(error),
    }
}
