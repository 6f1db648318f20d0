//! Events: exact order, labels and fields.

mod metrics;
mod order;
mod spans;
mod subscribers;
mod tracing;
