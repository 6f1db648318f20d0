use retry_runtime::Classify;

#[derive(Classify)]
enum Error {
    #[classify(transparent)]
    Nothing,
    #[classify(transparent)]
    Two(std::io::Error, std::io::Error),
    #[classify(transparent)]
    Named { error: std::io::Error, path: String },
}

#[derive(Classify)]
#[classify(transparent)]
struct Empty;

fn main() {}
