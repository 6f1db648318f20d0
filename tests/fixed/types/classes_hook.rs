use retry_runtime::retry;

#[derive(Debug)]
struct Plain;

#[retry(retry_if = |_| true, on_retry = |_, _| ())]
async fn waiting() -> Result<(), Plain> {
    Err(Plain)
}
