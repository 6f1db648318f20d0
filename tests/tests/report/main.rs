//! The report of what retries did.

mod long_delays;
mod names;
mod printed;
mod threads;
mod totals;
