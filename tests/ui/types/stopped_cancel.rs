use retry_runtime::retry;

#[derive(Debug, retry_runtime::Classify)]
enum Error {
    Timeout,
}

#[retry(retry_on = Timeout, cancel = std::future::pending::<()>())]
async fn waiting() -> Result<(), Error> {
    Err(Error::Timeout)
}

fn main() {}
