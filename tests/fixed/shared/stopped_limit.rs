use retry_runtime::{RateLimit, retry};

static SHOP: RateLimit = RateLimit::per_second(50);

#[derive(Debug, retry_runtime::Classify)]
enum Error {
    Timeout,
}

impl From<retry_runtime::Stopped> for Error {
    fn from(_: retry_runtime::Stopped) -> Self {
        Self::Timeout
    }
}

#[retry(retry_on = Timeout, rate_limit = SHOP)]
async fn waiting() -> Result<(), Error> {
    Err(Error::Timeout)
}

#[retry(retry_on = Timeout, rate_limit = limit)]
fn of_an_argument(limit: &RateLimit) -> Result<String, Error> {
    Ok(limit.to_string())
}
