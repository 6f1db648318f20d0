use retry_runtime::Classify;

#[derive(Classify)]
enum Error {
    #[classify(Timeout Connect)]
    Comma,
    #[classify(3)]
    Number,
    #[classify(retry_after)]
    Valueless { wait: core::time::Duration },
    #[classify(retry_after = "wait")]
    Text { wait: core::time::Duration },
}

fn main() {}
