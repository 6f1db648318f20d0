//! Rule `ServerHintLost`: reqwest's `error_for_status` drops what the server said.

use crate::review::lint::findings::{Finding, Rule};
use crate::review::reviewed::ReviewedOperation;

pub(super) fn check(operation: ReviewedOperation) -> Option<Finding> {
    let is_called = |name: &str| ["error_for_status", "error_for_status_ref"].contains(&name);
    operation.facts().calls.split(' ').any(is_called).then(|| {
        let message = "`error_for_status` drops the server's `Retry-After` and the connection; write \
                       `retry_runtime::http::check(response).await?`, which keeps both";
        Finding::new(operation, Rule::ServerHintLost, message.into())
    })
}
