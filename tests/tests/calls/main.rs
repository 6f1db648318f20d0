//! Calls of every driver: attempts, delays, ends, and what they cost.

mod asynchronous;
mod attempt_timeouts;
mod blocking;
mod breaker;
mod breaker_drops;
mod breaker_per_call;
mod budget;
mod cancellation;
mod class_limits;
mod concurrency;
mod decisions;
mod dropped_in_hook;
mod expressions;
mod fallback_values;
mod future_size;
mod hedge;
mod pace;
mod pace_requests;
mod rate_limit;
mod rate_limit_per_call;
mod rejected_ok;
