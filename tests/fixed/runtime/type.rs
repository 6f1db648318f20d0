use retry_runtime::retry;

struct Reactor;

impl retry_runtime::driver::Runtime for Reactor {
    type Sleep = std::future::Ready<()>;

    fn sleep(_: std::time::Duration) -> std::future::Ready<()> {
        std::future::ready(())
    }
}

#[retry(retry_on = transient, runtime = Reactor)]
async fn plain() -> std::io::Result<()> {
    Ok(())
}
