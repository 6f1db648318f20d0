use retry_runtime::retry;

fn told(_: &retry_runtime::Attempt, _: &std::io::Error) {}

#[retry(retry_on = transient, on_retry = told)]
async fn not_async() -> std::io::Result<()> {
    Ok(())
}

mod hooks {
    pub(super) fn answered(_: &retry_runtime::Attempt, error: std::io::Error) -> std::io::Result<()> {
        Err(error)
    }
}

#[retry(retry_on = transient, fallback = hooks::answered)]
async fn not_async_fallback() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
