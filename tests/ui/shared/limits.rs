use retry_runtime::retry;

#[retry(retry_on = transient, concurrency = 0)]
fn no_places() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = 2000000)]
fn too_many() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = -1)]
fn negative() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = 1.5)]
fn fraction() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = none)]
fn no_limit() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit(20, wait = 0s))]
fn no_wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit(20, wait = none))]
fn rejects_at_once() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit(20, timeout = 1s))]
fn another_setting() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit(wait = 1s))]
fn no_number() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = Concurrency::new(20))]
fn made_by_each_call() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = Semaphore::new(20))]
fn semaphore() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = "20")]
fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, pace = none)]
fn no_pace() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, pace = 5)]
fn seconds() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, pace = Pace::new())]
fn pace_of_each_call() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = |_| true, pace = OPENAI)]
fn nothing_holds_it() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, concurrency = limit(20, 200ms))]
fn wait_without_its_name() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
