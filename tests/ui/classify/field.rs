use core::time::Duration;

use retry_runtime::Classify;

#[derive(Classify)]
enum Error {
    #[classify(retry_after = wiat)]
    Named { wait: Duration },
    #[classify(retry_after = delay)]
    Others { wait: Duration, text: String },
    #[classify(retry_after = 1)]
    Unnamed(Duration),
    #[classify(status = 0)]
    Indexed { code: u16 },
    #[classify(status = code)]
    Unit,
}

fn main() {}
