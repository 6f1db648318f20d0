//! Names in the user's tokens that stand beside ours.

use retry_runtime::{Backoff, retry};

mod faults {
    #[derive(retry_runtime::Classify, Debug, PartialEq)]
    pub(crate) enum Fault {
        Timeout,
    }
}

const OPERATION: Backoff = Backoff::none();
const OPERATION_: retry_runtime::Policy = retry_runtime::Policy::new().backoff(OPERATION);

/// `self` in a path once kept the attribute looking for a free name without end.
#[expect(unused_qualifications, reason = "the path from `self` is what is tested")]
#[retry(policy = OPERATION_, retry_on = Timeout)]
fn named() -> Result<u8, self::faults::Fault> {
    Err(faults::Fault::Timeout)
}

#[test]
fn a_path_from_self_and_the_names_of_the_static_are_the_users() {
    assert_eq!(named(), Err(faults::Fault::Timeout));
}
