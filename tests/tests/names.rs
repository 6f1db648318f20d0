//! Names in the user's tokens that stand beside ours.

use retry_runtime::{Backoff, Classify, retry};

#[derive(Classify, Debug, PartialEq)]
enum Fault {
    Timeout,
}

const OPERATION: Backoff = Backoff::none();
const OPERATION_: retry_runtime::Policy = retry_runtime::Policy::new().backoff(OPERATION);

/// `self` in a path once kept the attribute looking for a free name without end.
#[retry(policy = OPERATION_, retry_on = Timeout)]
fn named() -> Result<u8, Fault> {
    Err(Fault::Timeout)
}

#[test]
fn a_path_from_self_and_the_names_of_the_static_are_the_users() {
    assert_eq!(named(), Err(Fault::Timeout));
}
