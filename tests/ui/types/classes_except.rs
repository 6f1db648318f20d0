use retry_runtime::retry;

#[derive(Debug)]
struct Plain;

#[retry(retry_if = |_| true, except = Conflict)]
async fn waiting() -> Result<(), Plain> {
    Err(Plain)
}

fn main() {}
