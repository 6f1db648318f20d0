use retry_runtime::retry;

#[derive(Debug)]
struct Plain;

#[retry(retry_on = Timeout, on_retry = |_, _| ())]
async fn waiting() -> Result<(), Plain> {
    Err(Plain)
}

fn main() {}
