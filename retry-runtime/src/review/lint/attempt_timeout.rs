//! Rule `NoAttemptTimeout`.
//!
//! An async function that uses a network needs an attempt timeout.

use crate::review::lint::findings::{Finding, Rule};
use crate::review::reviewed::{ReviewedOperation, TimeLimit};
use crate::{Classes, TimedPolicy};

pub(super) fn check(operation: ReviewedOperation) -> Option<Finding> {
    let is_exposed = operation.facts().is_async
        && operation.attempt_timeout() == TimeLimit::Unlimited
        && operation.policy().as_ref().map_or_else(|| operation.is_untimed_by_type(), is_remote);
    is_exposed.then(|| {
        let message = "an attempt that never ends hangs the call, because it has no attempt timeout and a deadline does not \
                       interrupt it; write `attempt_timeout = 2s`, or the longest time a response may take";
        Finding::new(operation, Rule::NoAttemptTimeout, message.into())
    })
}

/// Returns whether the policy lists a class of network failures, or a status.
fn is_remote(policy: &TimedPolicy) -> bool {
    !policy.get_retry_on().minus(&Classes::new().conflict().malformed()).is_empty()
}
