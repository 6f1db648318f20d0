//! The report as a live page (feature `page`): which operation retries, on what kind of error, and whether retries still
//! succeed, at a glance.
//!
//! [`Page`] is a service, which axum, hyper and tower take:
//!
//! ```
//! # mod axum {
//! #     pub struct Router;
//! #     impl Router {
//! #         pub fn new() -> Self { Self }
//! #         pub fn route_service<S>(self, _path: &str, _service: S) -> Self
//! #         where
//! #             S: tower_service::Service<http::Request<axum_core::body::Body>, Error = std::convert::Infallible>,
//! #             S: Clone + Send + Sync + 'static,
//! #         { self }
//! #     }
//! # }
//! use retry_runtime::page::Page;
//!
//! let inner_pages = axum::Router::new().route_service("/retries", Page::new());
//! ```
//!
//! # What it shows
//!
//! A row an operation, the worst first: its [`Health`](crate::report::Health) in the last minute, as word, mark and colour,
//! the numbers of its [`OperationReport`](crate::report::OperationReport), and lines of retries and successes in the last
//! five minutes. Below it stands on what kind of error it failed, and why it gave up. It renews itself every two seconds;
//! the server sorts and draws, so that all of it works with scripts off too, where it is renewed every five seconds.
//!
//! # What can be asked
//!
//! | query | answer |
//! |---|---|
//! | none | the page |
//! | `?sort=calls&order=asc` | the page, sorted by a column: each header is a link to it |
//! | `?format=json` | the report, as it serializes |
//! | `?format=prometheus` | text for Prometheus, version 0.0.4 |
//!
//! Another format, column or order gets 400 and words that say what to write; other parameters, as a token for a proxy, are
//! left alone and are in each link again. The path does not matter, and links are queries alone, so that it may be mounted
//! anywhere.
//!
//! The names for Prometheus, with their labels, are those that the feature `metrics` sends (`retry_calls_total` and so on;
//! `retry_delay_seconds` is a histogram with a dozen buckets), and two more:
//!
//! | name | kind | labels | what |
//! |---|---|---|---|
//! | `retry_budget_left` | gauge | `operation` | what is left in the budget: tokens of a credit, where a retry takes 14, else retries |
//! | `retry_breaker_state` | gauge | `operation`, `state` | 1 for the state that the breaker is in, 0 for the others |
//!
//! Two operations of one name are one series, their sum. `grafana/retries.json` beside this crate's source is a dashboard
//! for these names: import it, and choose the data source.
//!
//! # Who may see it
//!
//! No key, payload or message of an error is in any form, but names of operations, classes and counts are. The page asks
//! nobody who they are: mount it where your other inner pages are.

mod column;
mod escape;
mod history;
mod html;
mod prometheus;
mod query;
mod row;
mod sampler;
mod service;
mod spark;

use std::sync::Arc;

use self::sampler::Sampler;

/// The report as a service for `GET` and `HEAD`: a page, JSON, or text for Prometheus.
///
/// It never fails. All clones are one page: while there is one, a task on tokio takes a sample of every operation's counts
/// every two seconds, for the lines of the last five minutes. An operation takes about four kilobytes for it.
#[derive(Clone, Debug)]
pub struct Page {
    sampler: Arc<Sampler>,
}

impl Page {
    /// A page whose lines begin now, if this is called on a tokio runtime, or else with the first request. The runtime
    /// needs its timer, as waits before retries do.
    pub fn new() -> Self {
        let sampler = Arc::new(Sampler::default());
        sampler.begin();
        Self { sampler }
    }
}

impl Default for Page {
    fn default() -> Self {
        Self::new()
    }
}
