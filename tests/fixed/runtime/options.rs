use retry_runtime::{Classify, Stopped, retry};

struct Reactor;

impl retry_runtime::driver::Runtime for Reactor {
    type Sleep = std::future::Ready<()>;

    fn sleep(_: std::time::Duration) -> std::future::Ready<()> {
        std::future::ready(())
    }
}

#[derive(Classify)]
struct Fault;

impl From<Stopped> for Fault {
    fn from(_: Stopped) -> Self {
        Self
    }
}

#[retry(
    retry_on = transient, deadline = 9s, attempt_timeout = 1s, cancel = std::future::pending::<()>(),
    on_retry = |_, _| (), fallback = async |_, error| Err(error), context = attempt, runtime = Reactor,
)]
async fn with_options() -> Result<(), Fault> {
    let _ = attempt;
    Ok(())
}
