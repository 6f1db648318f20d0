use retry_runtime::Classify;

#[derive(Classify)]
enum Error {
    #[classify(Timeuot)]
    Slow,
    #[classify(timeout)]
    Slower,
    #[classify(Flaky)]
    Flaky,
    #[classify(Unclassified)]
    Odd,
    #[classify(retryafter = wait, Conflict, Conflict)]
    Busy { wait: core::time::Duration },
    #[classify(delay = 3)]
    Delayed,
}

fn main() {
    let _ = Error::Slow.class();
}
