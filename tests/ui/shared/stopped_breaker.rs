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

fn main() {}
