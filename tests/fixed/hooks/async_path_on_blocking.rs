use retry_runtime::{Attempt, retry};

fn renew(_: &Attempt, _: &std::io::Error) {}

#[retry(retry_on = transient, on_retry = renew)]
fn blocking() -> std::io::Result<()> {
    Ok(())
}
