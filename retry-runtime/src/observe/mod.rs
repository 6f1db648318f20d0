//! Observation of calls: events, counters, and what exports them.
//!
//! Calls enter this floor through [`emit`] alone, which compiles to nothing unless the `events` feature is enabled.
//! Reports, metrics, the page and the policy review stand above and read it; nothing here names them.
//!
//! ```text
//! emit -+-> registry, counters --> failure_stats --> histogram, last_minute     (feature `report`)
//!       +-> export_tracing, export_metrics                                       (features `tracing`, `metrics`)
//!       +-> subscribe                                                            functions of the user
//! ```

#[cfg(feature = "report")]
pub(crate) mod counters;
pub(crate) mod emit;
#[cfg(feature = "events")]
pub(crate) mod event;
#[cfg(feature = "metrics")]
pub(crate) mod export_metrics;
#[cfg(feature = "tracing")]
pub(crate) mod export_tracing;
#[cfg(feature = "report")]
pub(crate) mod failure_stats;
#[cfg(feature = "report")]
pub(crate) mod histogram;
#[cfg(feature = "events")]
pub(crate) mod labels;
#[cfg(feature = "report")]
pub(crate) mod last_minute;
#[cfg(any(feature = "metrics", feature = "page"))]
pub(crate) mod metric_names;
#[cfg(feature = "report")]
pub(crate) mod registry;
#[cfg(feature = "events")]
pub(crate) mod state;
#[cfg(feature = "events")]
pub(crate) mod subscribe;
#[cfg(feature = "events")]
mod unreadable_hint;
