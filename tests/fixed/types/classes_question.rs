use retry_runtime::retry;

#[derive(Debug)]
struct Plain;

#[retry(retry_if = |_| true)]
async fn waiting() -> Result<(), Plain> {
    Err(Plain)
}
