//! The system as the simulation reads it, validated.

mod loads;
mod operation;
mod resolve;
mod scenario;
mod system;
mod validate;

pub(crate) use self::operation::{PlannedBreaker, PlannedBudget, PlannedOperation};
pub(crate) use self::scenario::{Fault, Scenario};
pub(crate) use self::system::{Capacity, PlannedService, Step, System};
