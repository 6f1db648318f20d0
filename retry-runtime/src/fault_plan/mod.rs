//! Faults that chaos injects: rules, their draws, and the active plan.
//!
//! While nothing is active, a call reads one word.

mod draw;
mod plan;

use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use self::plan::{ActivePlan, ErrorFactory, Fault, FaultPlan, Kind, Rule};

static IS_ACTIVE: AtomicBool = AtomicBool::new(false);
static PLAN: Mutex<Option<Arc<ActivePlan>>> = Mutex::new(None);

/// Returns whether a plan is active in the process.
#[inline]
pub(crate) fn is_active() -> bool {
    IS_ACTIVE.load(Relaxed)
}

/// Returns the plan that is active in the process.
pub(crate) fn active() -> Option<Arc<ActivePlan>> {
    if is_active() { PLAN.lock().unwrap_or_else(PoisonError::into_inner).clone() } else { None }
}

/// Replaces the plan of the process; `None` stops injecting.
///
/// Returns the plan before.
pub(crate) fn replace(plan: Option<Arc<ActivePlan>>) -> Option<Arc<ActivePlan>> {
    let mut active = PLAN.lock().unwrap_or_else(PoisonError::into_inner);
    IS_ACTIVE.store(plan.is_some(), Relaxed);
    core::mem::replace(&mut *active, plan)
}
