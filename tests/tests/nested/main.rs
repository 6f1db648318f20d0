//! Operations inside attempts of others.

mod calls;
mod counts;
mod tasks;
