//! Faults of a simulated system.

use core::fmt::{self, Display, Formatter};
use std::string::String;
use std::vec::Vec;

/// System that cannot be simulated: every fault, with what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StormError {
    pub(super) faults: Vec<String>,
}

impl StormError {
    /// Returns the faults, one message each.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }
}

impl Display for StormError {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        for (at, fault) in self.faults.iter().enumerate() {
            if at > 0 {
                formatter.write_str("\n")?;
            }
            formatter.write_str(fault)?;
        }
        Ok(())
    }
}

impl core::error::Error for StormError {}
