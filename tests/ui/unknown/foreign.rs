use retry_runtime::retry;

const N: u32 = 3;

fn is_transient(_: &std::io::Error) -> bool {
    true
}

#[retry(retry_on = transient, max_retries = 3)]
fn retries_apart_from_the_first() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, retries = N)]
fn retries_by_a_constant() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, tries = 3)]
fn tries() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, delay = 2)]
fn delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, wait = 500ms)]
fn wait() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, initial_delay = 200ms)]
fn initial_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, max_delay = 4s)]
fn max_delay() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, factor = 3)]
fn factor() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, timeout = 2s)]
async fn timeout() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, stop = 30)]
fn stop() -> std::io::Result<()> {
    Ok(())
}

#[retry(when = is_transient)]
fn when() -> std::io::Result<()> {
    Ok(())
}

#[retry(on = (Timeout, Connect))]
fn on() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, notify = |_, error| eprintln!("{error}"))]
fn notify() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
