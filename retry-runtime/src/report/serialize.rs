//! The report in the words of labels: reasons and classes as names, waits in seconds.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::breaker::State;
use crate::events::{of_class, of_reason, of_state};
use crate::report::DelayStats;
use crate::{Class, StopReason};

pub(super) fn reasons<S: Serializer>(counts: &[(StopReason, u64)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(counts.iter().map(|(reason, count)| (of_reason(*reason), count)))
}

pub(super) fn classes<S: Serializer>(counts: &[(Class, u64)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(counts.iter().map(|(class, count)| (of_class(*class), count)))
}

pub(super) fn states<S: Serializer>(counts: &[(State, u64)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(counts.iter().map(|(state, count)| (of_state(*state), count)))
}

#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref)] // that is what `serialize_with` gives
pub(super) fn state<S: Serializer>(state: &Option<State>, to: S) -> Result<S::Ok, S::Error> {
    state.map(of_state).serialize(to)
}

/// In seconds.
impl Serialize for DelayStats {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut waited = to.serialize_struct("DelayStats", 4)?;
        waited.serialize_field("p50", &self.p50.as_secs_f64())?;
        waited.serialize_field("p99", &self.p99.as_secs_f64())?;
        waited.serialize_field("max", &self.max.as_secs_f64())?;
        waited.serialize_field("sum", &self.sum.as_secs_f64())?;
        waited.end()
    }
}
