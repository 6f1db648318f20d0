use retry_runtime::{Concurrency, Pace, retry};

static OPENAI: Pace = Pace::new();
static REFUSING: Concurrency = Concurrency::new(20).refusing();

#[retry(retry_on = transient, concurrency = 20)]
fn no_places() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = 20)]
fn too_many() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = 20)]
fn negative() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = 20)]
fn fraction() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn no_limit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit(20, wait = 200ms))]
fn no_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = REFUSING)]
fn rejects_at_once() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit(20, wait = 200ms))]
fn wait_without_its_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit(20, wait = 200ms))]
fn another_setting() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit(20, wait = 200ms))]
fn no_number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = 20)]
fn made_by_each_call() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = 20)]
fn semaphore() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = 20)]
fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient)]
fn no_pace() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, pace = OPENAI)]
fn seconds() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, pace = OPENAI)]
fn pace_of_each_call() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = (Throttled, Unavailable), pace = OPENAI)]
fn nothing_holds_it() -> std::io::Result<()> {
    Ok(())
}
