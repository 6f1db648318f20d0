//! The report as a live page (feature `page`).
//!
//! The page shows at a glance which operations retry, on which errors, and whether retries still succeed.
//!
//! [`Page`] is a service for axum, hyper and tower:
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
//! # Contents
//!
//! The page has a row per operation, the worst first. A row shows the [`Health`](crate::report::Health) of the last minute
//! as word, symbol and colour, the numbers of its [`OperationReport`](crate::report::OperationReport), and lines of retries
//! and successes in the last five minutes. Below it are the classes of its failures and the reasons why it gave up. The
//! page refreshes every two seconds. The server sorts and draws, so that everything works without scripts too; the page
//! then refreshes every five seconds.
//!
//! # Requests
//!
//! | query | response |
//! |---|---|
//! | none | the page |
//! | `?sort=calls&order=asc` | the page, sorted by a column: each header is a link to it |
//! | `?format=json` | the report, as it serializes |
//! | `?format=prometheus` | the text format of Prometheus, version 0.0.4 |
//!
//! Another format, column or order returns 400 and a message that says what to write. Foreign parameters, as a token for a
//! proxy, are ignored and repeated in each link. The path does not matter, and links consist of a query only: mount the
//! page anywhere.
//!
//! The metrics for Prometheus, with their labels, are those of the feature `metrics` (`retry_calls_total` and so on;
//! `retry_delay_seconds` is a histogram with a dozen buckets), and two more:
//!
//! | name | kind | labels | meaning |
//! |---|---|---|---|
//! | `retry_budget_left` | gauge | `operation` | rest of the budget: tokens of a credit, of which a retry takes 14, otherwise retries |
//! | `retry_breaker_state` | gauge | `operation`, `state` | 1 for the current state of the breaker, 0 for the others |
//!
//! Operations with the same name share one series, which is their sum. `grafana/retries.json` beside this crate's source
//! is a dashboard of these metrics: import it, and choose the data source.
//!
//! # Access
//!
//! The page never contains a key, a payload or an error message, but it contains names of operations, classes and counts.
//! It does not authenticate requests: mount it beside your other internal pages.

mod column;
mod escape;
mod history;
mod html;
mod prometheus;
mod query;
mod sampler;
mod service;
mod sort;
mod spark;
mod table_row;

pub use self::service::Page;
