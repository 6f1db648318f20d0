//! Outcomes that a test has scripted for the attempts of an operation.

use core::any::Any;
use core::fmt::Write as _;
use core::panic::Location;
use std::boxed::Box;
use std::collections::{BTreeMap, VecDeque};
use std::format;
use std::string::String;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::test_scope::record::Records;

/// Value for one attempt: an error, or a whole outcome.
pub(crate) struct Scripted {
    pub(crate) value: Box<dyn Any + Send>,
    pub(crate) type_name: &'static str,
    /// The line of the test.
    pub(crate) place: &'static Location<'static>,
}

/// Script of one operation.
#[derive(Default)]
struct Script {
    left: VecDeque<Scripted>,
    /// Number of values so far, used ones included.
    total: usize,
}

/// Scripts by the name of their operation.
#[derive(Default)]
pub(crate) struct Scripts(Mutex<BTreeMap<&'static str, Script>>);

impl Scripts {
    /// Adds a value to the end of a script.
    pub(crate) fn push(&self, operation: &'static str, scripted: Scripted) {
        let mut scripts = self.lock();
        let script = scripts.entry(operation).or_default();
        script.left.push_back(scripted);
        script.total += 1;
    }

    /// Takes the value for the next attempt of an operation, if one is left.
    pub(crate) fn next(&self, operation: &str) -> Option<Scripted> {
        self.lock().get_mut(operation)?.left.pop_front()
    }

    /// Removes the values that no attempt has taken, and says what is wrong with them.
    ///
    /// Returns `None` if all were used.
    pub(crate) fn take_unused(&self, records: &Records) -> Option<String> {
        let scripts = core::mem::take(&mut *self.lock());
        let mut text = String::new();
        for (operation, script) in scripts {
            let (left, total) = (script.left.len(), script.total);
            let Some(first) = script.left.front() else { continue };
            let (was, place) = (if left == 1 { "was" } else { "were" }, first.place);
            let _ = write!(text, "{left} of {total} scripted outcomes of `{operation}` {was} not used, from {place}");
            text += &records.why_unused(operation, total - left);
        }
        (!text.is_empty()).then(|| format!("a script is used up by the end of its scope; {text}"))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Script>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
