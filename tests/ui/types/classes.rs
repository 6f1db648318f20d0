use retry_runtime::retry;

#[derive(Debug)]
struct Plain;

#[retry(retry_on = (Timeout, Connect))]
fn blocking() -> Result<(), Plain> {
    Err(Plain)
}

fn main() {}
