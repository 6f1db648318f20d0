//! Classes of deadpool's `PoolError`.

use core::time::Duration;

use ::deadpool::managed::{HookError, PoolError};

use crate::{Class, Classify};

/// Class of the error:
///
/// | class | errors |
/// |---|---|
/// | `Connect` | `Timeout`: no object was free, could be made or checked in time, so nothing was run with it |
/// | class of the error inside | `Backend`, and a hook that failed with one |
/// | `Permanent` | `Closed`, `NoRuntimeSpecified`, and a hook that failed with a text |
///
/// `Timeout` is `Connect` and not the class of the same name, because nothing was sent: a function with `side_effects` may
/// retry it. The pool waits before it fails, so a retry adds no load while it is too small; the budget of the operation
/// keeps retries from filling its queue.
///
/// A `Backend` may come from a statement of yours: `?` converts it. Therefore its class is not changed to `Connect`.
///
/// In a box the class of a `Timeout` is known for the errors of the enabled features: a pool of `tokio-postgres`, `redis`
/// and `lapin`.
///
/// ```
/// use deadpool::managed::{PoolError, TimeoutType};
/// use retry_runtime::{Class, Classify};
///
/// let full: PoolError<std::io::Error> = PoolError::Timeout(TimeoutType::Wait);
/// assert_eq!(full.class(), Class::Connect);
/// let refused = PoolError::Backend(std::io::Error::from(std::io::ErrorKind::ConnectionRefused));
/// assert_eq!(refused.class(), Class::Connect);
/// ```
impl<E: Classify> Classify for PoolError<E> {
    fn class(&self) -> Class {
        match self {
            Self::Timeout(_) => Class::Connect,
            _ => backend(self).map_or(Class::Permanent, Classify::class),
        }
    }

    fn retry_after(&self) -> Option<Duration> {
        backend(self).and_then(Classify::retry_after)
    }

    fn gave_up(&self) -> bool {
        backend(self).is_some_and(Classify::gave_up)
    }

    /// Returns true only if the error inside is final.
    fn is_final(&self) -> bool {
        backend(self).is_some_and(Classify::is_final)
    }
}

fn backend<E>(error: &PoolError<E>) -> Option<&E> {
    match error {
        PoolError::Backend(inner) | PoolError::PostCreateHook(HookError::Backend(inner)) => Some(inner),
        _ => None,
    }
}
