//! Test vectors of other systems.

mod backoff;
mod breaker;
mod budget;
