use core::time::Duration;

use retry_runtime::Classify;

#[derive(Classify)]
#[classify(crate = ::retry_runtime, crate = ::retry_runtime)]
enum Error {
    #[classify(Timeout, Timeout)]
    Slow,
    #[classify(Timeout, Status(504))]
    Gateway,
    #[classify(transparent)]
    #[classify(Permanent)]
    Inner(std::io::Error),
    #[classify(retry_after = 0, retry_after = 1)]
    Busy(Duration, Duration),
}

fn main() {}
