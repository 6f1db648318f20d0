//! Guide: one page per topic.
//!
//! The reference of the options is that of [`#[retry]`](macro@crate::retry).
//!
//! Each page needs the features that its examples use; the documentation on docs.rs has all of them.

#[cfg(feature = "macros")]
#[doc = include_str!("budgets.md")]
pub mod budgets {}

#[cfg(all(feature = "macros", feature = "tokio"))]
#[doc = include_str!("limits.md")]
pub mod limits {}

#[cfg(all(feature = "macros", feature = "tokio"))]
#[doc = include_str!("hedging.md")]
pub mod hedging {}

#[cfg(all(feature = "macros", feature = "tower", feature = "reqwest", feature = "tokio"))]
#[doc = include_str!("layers.md")]
pub mod layers {}

#[cfg(all(feature = "macros", feature = "tokio-postgres", feature = "tokio"))]
#[doc = include_str!("databases.md")]
pub mod databases {}

#[cfg(all(feature = "macros", feature = "reqwest", feature = "tokio"))]
#[doc = include_str!("client_retries.md")]
pub mod client_retries {}

#[cfg(all(feature = "macros", feature = "page"))]
#[doc = include_str!("observability.md")]
pub mod observability {}

#[cfg(all(feature = "macros", feature = "review"))]
#[doc = include_str!("policy_review.md")]
pub mod policy_review {}

#[cfg(all(feature = "macros", feature = "tokio", feature = "testing"))]
#[doc = include_str!("testing.md")]
pub mod testing {}

#[cfg(all(feature = "macros", feature = "tokio", feature = "storm"))]
#[doc = include_str!("storms.md")]
pub mod storms {}

#[cfg(feature = "macros")]
#[doc = include_str!("settings.md")]
pub mod settings {}

#[cfg(all(feature = "macros", feature = "moka", feature = "tokio"))]
#[doc = include_str!("fallbacks.md")]
pub mod fallbacks {}

#[cfg(all(feature = "macros", feature = "smol"))]
#[doc = include_str!("runtimes.md")]
pub mod runtimes {}

#[cfg(all(feature = "macros", feature = "tokio"))]
#[doc = include_str!("coming_from.md")]
pub mod coming_from {}
