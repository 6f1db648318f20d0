//! Operations inside attempts of others.

mod calls;
mod counts;
mod swallowed;
mod tasks;
