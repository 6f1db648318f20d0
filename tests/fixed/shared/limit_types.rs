use retry_runtime::{Classify, Concurrency, Pace, Stopped, retry};

static SHOP: Concurrency = Concurrency::new(50);
static OPENAI: Pace = Pace::new();
const AT_A_TIME: u32 = 20;

#[retry(retry_on = transient, pace = OPENAI)]
fn rate_limit_as_pace() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = SHOP)]
fn rate_limit_as_concurrency() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, pace = OPENAI)]
fn constant() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit(AT_A_TIME))]
fn constant_number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit)]
fn of_an_argument(limit: &Concurrency) -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = Timeout, concurrency = 20)]
fn cannot_be_stopped() -> Result<(), NotStopped> {
    Ok(())
}

#[derive(Debug, Classify)]
struct NotStopped;

impl From<Stopped> for NotStopped {
    fn from(_: Stopped) -> Self {
        Self
    }
}
