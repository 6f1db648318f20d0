//! The report of what retries did.

mod fallback;
mod long_delays;
mod names;
mod output;
mod threads;
mod totals;
