//! The simulated services, event by event, in virtual time.
//!
//! `attempts` is the place to start reading: there the production core decides.

mod attempts;
mod batch;
mod budget;
mod desk;
mod events;
mod measure;
mod process;
mod random;
mod request;
mod run;
mod serving;
mod slab;
#[cfg(test)]
mod tests;
mod users;
mod world;

pub(crate) use self::batch::run_batch;
pub(crate) use self::measure::Measure;
pub(crate) use self::run::run;
