use retry_runtime::retry;

#[derive(Debug)]
struct Plain;

#[retry(retry_on = transient)]
async fn waiting() -> Result<(), Plain> {
    Err(Plain)
}

fn main() {}
