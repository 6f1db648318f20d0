#[derive(Classify)]
enum CallError<E: Error> {
    Timeout,
    Inner(#[from] E),
}
