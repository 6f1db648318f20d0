use std::num::ParseIntError;

use retry_runtime::Classify;

#[derive(Classify)]
enum Error {
    #[classify(transparent)]
    Number(ParseIntError),
}

fn main() {}
