use retry_runtime::{Breaker, retry};

static SHOP: Breaker = Breaker::new();

#[derive(Debug, retry_runtime::Classify)]
enum Error {
    Timeout,
}

#[retry(retry_on = Timeout, breaker = SHOP)]
fn blocking() -> Result<(), Error> {
    Err(Error::Timeout)
}

#[retry(retry_on = Timeout, breaker = breaker)]
async fn of_an_argument(breaker: &Breaker) -> Result<String, Error> {
    Ok(breaker.to_string())
}

fn main() {}
