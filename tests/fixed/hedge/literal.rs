use retry_runtime::retry;

#[retry(retry_on = transient, hedge = after(100ms))]
async fn at_once() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = after(100ms))]
async fn after_a_day() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95)]
async fn most_calls() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95)]
async fn next_to_none() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95(at_most = 0.1))]
async fn no_share() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95(at_most = 0.1))]
async fn most_of_the_load() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95(at_once = 3))]
async fn no_room() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95(at_once = 3))]
async fn too_much_room() -> std::io::Result<()> {
    Ok(())
}
