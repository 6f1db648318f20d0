#[derive(Classify)]
enum QuoteError {
    Timeout,
    Status(u16),
    #[classify(Throttled, retry_after = wait)]
    Busy { wait: Duration },
    #[classify(Status(503))]
    Down,
    #[classify(transparent)]
    Io { source: io::Error, path: &'static str },
    UnknownStock,
}
