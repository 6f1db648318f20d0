use retry_runtime::Classify;

#[derive(Classify)]
enum Error {
    #[classify(retry_after = seconds)]
    Busy { seconds: u64 },
    Status(String),
}

fn main() {}
