//! Serialization of the report: reasons and classes as labels, delays in seconds.

use core::time::Duration;

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::breaker::State;
use crate::observe::labels::{class_label, reason_label, state_label};
use crate::report::delay_stats::DelayStats;
use crate::{Class, StopReason};

pub(super) fn reasons<S: Serializer>(counts: &[(StopReason, u64)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(counts.iter().map(|(reason, count)| (reason_label(*reason), count)))
}

pub(super) fn classes<S: Serializer>(counts: &[(Class, u64)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(counts.iter().map(|(class, count)| (class_label(*class), count)))
}

pub(super) fn states<S: Serializer>(counts: &[(State, u64)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(counts.iter().map(|(state, count)| (state_label(*state), count)))
}

pub(super) fn headers<S: Serializer>(counts: &[(&'static str, u64)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(counts.iter().copied())
}

#[allow(clippy::ref_option, clippy::trivially_copy_pass_by_ref)] // the signature that `serialize_with` calls
pub(super) fn state<S: Serializer>(state: &Option<State>, to: S) -> Result<S::Ok, S::Error> {
    state.map(state_label).serialize(to)
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature that `serialize_with` calls
pub(super) fn seconds<S: Serializer>(time: &Duration, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_f64(time.as_secs_f64())
}

/// Serializes durations in seconds.
impl Serialize for DelayStats {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut stats = to.serialize_struct("DelayStats", 4)?;
        stats.serialize_field("p50", &self.p50.as_secs_f64())?;
        stats.serialize_field("p99", &self.p99.as_secs_f64())?;
        stats.serialize_field("max", &self.max.as_secs_f64())?;
        stats.serialize_field("sum", &self.sum.as_secs_f64())?;
        stats.end()
    }
}
