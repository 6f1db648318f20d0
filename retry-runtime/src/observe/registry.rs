//! List of all operations that ran.

use core::iter::successors;
use std::sync::{Mutex, PoisonError};

#[cfg(feature = "metrics")]
use crate::observe::state::ObserveState;
use crate::observe::state::{Entry, Observable};
#[cfg(feature = "testing")]
use crate::test_scope;

/// Maximum number of listed operations, more than a program's source has.
///
/// A program that creates operations while it runs must not make a label of each.
const MAX_OPERATIONS: usize = 10_000;

/// The operations of the process that are outside of the scopes of tests.
static LIST: Mutex<List> = Mutex::new(List { last: None, len: 0 });

/// The operations that are listed, linked from the last one.
#[derive(Default)]
struct List {
    last: Option<&'static dyn Observable>,
    len: usize,
}

/// Adds an operation to the list, once.
pub(super) fn register(operation: &'static dyn Observable) {
    let entry = &operation.observed().registration.entry;
    if entry.get().is_some() {
        return;
    }
    let mut list = list_of(operation).lock().unwrap_or_else(PoisonError::into_inner);
    // Checked again under the lock: only one thread sets the entry.
    if entry.get().is_none() {
        let is_listed = list.len < MAX_OPERATIONS;
        let _ = entry.set(Entry {
            first_seen: operation.now(),
            previous: list.last,
            is_listed,
            #[cfg(feature = "metrics")]
            first_of_name: link_to_name(list.last, operation),
        });
        if is_listed {
            *list = List { last: Some(operation), len: list.len + 1 };
        }
    }
}

/// Returns the list to which an operation belongs.
fn list_of(operation: &dyn Observable) -> &'static Mutex<List> {
    #[cfg(feature = "testing")]
    if let Some(scope) = operation.scope() {
        return scope.only();
    }
    _ = operation;
    &LIST
}

/// Returns the list of the scope around the running code, or of the process.
fn current_list() -> &'static Mutex<List> {
    #[cfg(feature = "testing")]
    if let Some(scope) = test_scope::current_generation() {
        return scope.only();
    }
    &LIST
}

/// Returns every operation that ran, the last registered first.
///
/// Inside the scope of a test it returns those of the scope.
pub(crate) fn operations() -> impl Iterator<Item = &'static dyn Observable> {
    let last = current_list().lock().unwrap_or_else(PoisonError::into_inner).last;
    listed_up_to(last)
}

fn listed_up_to(last: Option<&'static dyn Observable>) -> impl Iterator<Item = &'static dyn Observable> {
    successors(last, |operation| operation.observed().registration.entry.get().and_then(|entry| entry.previous))
}

/// Links `operation` behind the last operation of its name.
///
/// Returns the state of the first operation of that name.
#[cfg(feature = "metrics")]
fn link_to_name(
    last: Option<&'static dyn Observable>,
    operation: &'static dyn Observable,
) -> Option<&'static ObserveState> {
    let latest = listed_up_to(last).find(|other| other.name() == operation.name())?.observed();
    let _ = latest.registration.next_of_name.set(operation.observed());
    latest.registration.entry.get().and_then(|entry| entry.first_of_name).or(Some(latest))
}

/// Returns the states of all operations that have the name of this one.
#[cfg(feature = "metrics")]
pub(super) fn states_of_name(observed: &'static ObserveState) -> impl Iterator<Item = &'static ObserveState> {
    let first = observed.registration.entry.get().and_then(|entry| entry.first_of_name).unwrap_or(observed);
    successors(Some(first), |observed| observed.registration.next_of_name.get().copied())
}
