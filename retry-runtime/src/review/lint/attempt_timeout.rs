//! An async function that talks over a network needs an attempt timeout.

use crate::review::Reviewed;
use crate::review::lint::{Finding, Rule};
use crate::review::reviewed::End;
use crate::{Classes, Policy};

pub(super) fn told(of: Reviewed) -> Option<Finding> {
    let is_exposed = of.facts().is_async && of.attempt_timeout() == End::Never && of.policy().is_some_and(is_remote);
    is_exposed.then(|| {
        let words = "one attempt that never ends hangs the call, since no attempt timeout cuts it, nor does a deadline; \
                     write `attempt_timeout = 2s`, or what an answer may take";
        Finding::new(of, Rule::NoAttemptTimeout, words.into())
    })
}

/// Whether it lists a class that a network has, or a status.
fn is_remote(policy: &Policy) -> bool {
    !policy.classes().minus(&Classes::new().conflict().malformed()).is_empty()
}
