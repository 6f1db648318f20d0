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
    retry::expand_attribute(options.into(), item.into(), cfg!(feature = "review")).into()
}

#[doc = include_str!("idempotent.md")]
#[proc_macro_attribute]
pub fn idempotent(options: proc_macro::TokenStream, item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    idempotent::expand_attribute(options.into(), item.into()).into()
}

/// Gives an error its failure classes: implements `retry_runtime::Classify`.
///
/// The class of a variant is the first of these:
///
/// 1. what `#[classify(..)]` on it says;
/// 2. the class that it is named like: `Timeout`, `Connect`, `Disconnected`, `Throttled`, `Unavailable`, `Conflict`,
///    `Malformed`, `Permanent`;
/// 3. that of the wrapped error, with its hint and whether the server gave up, if there is a `#[from]` or
///    `#[error(transparent)]` on it, as [thiserror](https://docs.rs/thiserror) reads them;
/// 4. the status that the one unnamed field of a variant called `Status` holds;
/// 5. `Permanent`.
///
/// For a struct it is the same without the names. A wrapped error that has no classes, as one that only says how a
/// text was wrong, is given one by `#[classify(Malformed)]` on its variant.
///
/// ```
/// use core::time::Duration;
/// use retry_runtime::{Class, Classify};
///
/// #[derive(Classify)]
/// enum QuoteError {
///     Timeout,                                           // Timeout
///     Status(u16),                                       // Status(503), or what it holds
///     #[classify(Throttled, retry_after = wait)]
///     Busy { wait: Option<Duration> },                   // Throttled, with a hint
///     #[classify(transparent)]
///     Io { source: std::io::Error, path: &'static str }, // what the io error says
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
/// | `Timeout`, ... | this class |
/// | `Status(503)` | this status, 400 to 599 |
/// | `status = field` | the status that the field holds: a `u16`, an `http::StatusCode`, or any `Clone + Into<u16>` |
/// | `transparent` | class, hint and `gave_up` of the wrapped error: the field marked `#[from]` or `#[source]` or named `source`, or the only one |
/// | `retry_after = field` | the hint, instead of the wrapped error's: a field of type `Duration` or `Option<Duration>` |
///
/// A field of a tuple is named by its index: `retry_after = 0`. On the enum or the struct, `crate = path` says where
/// the runtime is, for re-exports and renames.
#[proc_macro_derive(Classify, attributes(classify))]
pub fn derive_classify(item: proc_macro::TokenStream) -> proc_macro::TokenStream {
    classify::derive(item.into()).into()
}
