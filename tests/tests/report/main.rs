//! The report of what retries did.

mod long_delays;
mod names;
mod output;
mod threads;
mod totals;
