//! Macros of `retry-runtime` and `retry-idempotency`.
//!
//! Use them through those crates.

mod classify;
mod diagnostics;
mod emit;
mod idempotent;
mod retry;
mod syntax;
#[cfg(test)]
mod tests;

#[doc = include_str!("retry.md")]
#[proc_macro_attribute]
pub fn retry(options: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    if cfg!(feature = "std") {
        retry::expand_attribute(options.into(), item.into(), retry::Registration::of_features()).into()
    } else {
        retry::without_runtime(item.into()).into()
    }
}

#[doc = include_str!("idempotent.md")]
#[proc_macro_attribute]
pub fn idempotent(options: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    idempotent::expand_attribute(options.into(), item.into()).into()
}

/// Derives the failure classes of an error: `retry_runtime::Classify`.
///
/// The class of a variant is the first of these:
///
/// 1. the class that `#[classify(..)]` on it gives;
/// 2. the class whose name it has: `Timeout`, `Connect`, `Disconnected`, `Throttled`, `Unavailable`, `Conflict`,
///    `Malformed`, `Permanent`;
/// 3. the class of the wrapped error, with its hint and whether the server gave up, if `#[from]` or
///    `#[error(transparent)]` is on it, as [thiserror](https://docs.rs/thiserror) reads them;
/// 4. the status in the one unnamed field of a variant called `Status`;
/// 5. `Permanent`. Such an error is not retried, and it is not a final answer: an idempotency key does not record it. Write
///    `#[classify(Permanent)]` on an answer that may be replayed, such as a declined card.
///
/// A struct has the same rules without the names. If a wrapped error has no classes, such as a parse error, write
/// `#[classify(Malformed)]` on its variant.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Class, Classify};
///
/// #[derive(Classify)]
/// enum QuoteError {
///     Timeout,                                           // Timeout
///     Status(u16),                                       // Status(503), or another one
///     #[classify(Throttled, retry_after = wait)]
///     Busy { wait: Option<Duration> },                   // Throttled, with a hint
///     #[classify(transparent)]
///     Io { source: std::io::Error, path: &'static str }, // the class of the io error
///     UnknownStock,                                      // Permanent
/// }
///
/// let busy = QuoteError::Busy { wait: Some(Duration::from_secs(2)) };
/// assert_eq!(QuoteError::Timeout.class(), Class::Timeout);
/// assert_eq!(QuoteError::Status(503).class(), Class::Status(503));
/// assert_eq!((busy.class(), busy.retry_after()), (Class::Throttled, Some(Duration::from_secs(2))));
/// assert_eq!(QuoteError::UnknownStock.class(), Class::Permanent);
/// # let source = std::io::ErrorKind::BrokenPipe.into();
/// # assert_eq!(QuoteError::Io { source, path: "" }.class(), Class::Disconnected);
/// ```
///
/// On a variant or a struct, `#[classify(..)]` takes:
///
/// | option | meaning |
/// |---|---|
/// | `Timeout`, ... | sets this class |
/// | `Status(503)` | sets this status, 400 to 599 |
/// | `status = field` | reads the status from the field: a `u16`, an `http::StatusCode`, or any `Clone + Into<u16>` |
/// | `transparent` | takes class, hint and `gave_up` from the wrapped error: the field marked `#[from]` or `#[source]` or named `source`, or the only one |
/// | `retry_after = field` | reads the hint from the field, not from the wrapped error: a field of type `Duration` or `Option<Duration>` |
///
/// A field of a tuple is named by its index: `retry_after = 0`. On the enum or the struct, `crate = path` is the path
/// of the runtime, for re-exports and renames.
#[proc_macro_derive(Classify, attributes(classify))]
pub fn derive_classify(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    classify::derive(item.into()).into()
}
