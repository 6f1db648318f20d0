//! Events: exact order, labels and fields.

mod metrics;
mod order;
mod subscribers;
mod tracing;
