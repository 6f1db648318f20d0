use retry_runtime::retry;

#[derive(Debug)]
struct Plain;

#[retry(retry_if = |_| true)]
fn blocking() -> Result<(), Plain> {
    Err(Plain)
}
