use retry_runtime::retry;

#[derive(Debug, retry_runtime::Classify)]
enum Error {
    Timeout,
}

#[retry(retry_on = Timeout, attempt_timeout = 1s)]
async fn waiting() -> Result<(), Error> {
    Err(Error::Timeout)
}

fn main() {}
