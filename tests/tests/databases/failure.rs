//! What an adapter says of one error, however it is wrapped.

use std::error::Error;

use anyhow::Context;
use retry_runtime::{Class, Classify};

/// An error of the user, who derives its class.
#[derive(Debug, Classify, thiserror::Error)]
enum Derived<E: Error> {
    #[error(transparent)]
    Database(E),
}

/// An error of the user without a class.
#[derive(Debug, thiserror::Error)]
#[error("behind another error")]
struct Behind<E: Error + 'static>(#[source] E);

/// Returns the class of an error, which is the same behind each wrapper.
pub(crate) fn class<E: Error + Classify + Send + Sync + 'static>(error: E) -> Class {
    let class = error.class();
    let text = error.to_string();
    println!("{class}: {text}");
    assert!(!error.is_final(), "{text}");
    let Derived::Database(error) = check(Derived::Database(error), class);
    let boxed: Box<dyn Error + Send + Sync> = Behind(error).into();
    assert_eq!(boxed.class(), class, "in a box: {text}");
    let any = Err::<(), _>(anyhow::Error::from_boxed(boxed)).context("inner").unwrap_err();
    assert_eq!(any.class(), class, "in anyhow: {text}");
    let boxed: Box<dyn Error + Send + Sync> = any.into();
    assert_eq!(boxed.class(), class, "anyhow in a box: {text}");
    class
}

fn check<E: Error>(error: Derived<E>, class: Class) -> Derived<E>
where
    Derived<E>: Classify,
{
    assert_eq!(error.class(), class, "derived: {error}");
    error
}
