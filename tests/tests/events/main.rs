//! Events: exact order, labels and fields.

mod limits;
mod metrics;
mod order;
mod spans;
mod subscribers;
mod tracing;
