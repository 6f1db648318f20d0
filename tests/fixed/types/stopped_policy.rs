use retry_runtime::{Classes, Policy, retry};

const SHARED: Policy = Policy::new().retry_on(Classes::new().transient());

#[derive(Debug, retry_runtime::Classify)]
enum Error {
    Timeout,
}

impl From<retry_runtime::Stopped> for Error {
    fn from(_: retry_runtime::Stopped) -> Self {
        Self::Timeout
    }
}

#[retry(policy = SHARED)]
async fn waiting() -> Result<(), Error> {
    Err(Error::Timeout)
}
