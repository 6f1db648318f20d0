use core::time::Duration;

use retry_runtime::Classify;

#[derive(Classify)]
#[classify(Timeout, retry_after = wait)]
enum Error {
    #[classify(crate = ::retry_runtime)]
    Slow,
    Busy {
        #[classify(retry_after)]
        wait: Duration,
    },
    #[classify]
    Nothing,
    #[classify()]
    Empty,
}

#[derive(Classify)]
union Bits {
    number: u32,
    bytes: [u8; 4],
}

fn main() {
    let _ = Bits { number: 0 }.class();
}
