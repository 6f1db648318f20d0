use retry_runtime::retry;

#[retry(retry_on = transient, hedge = after(0ms))]
async fn at_once() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = after(25h))]
async fn after_a_day() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p49)]
async fn most_calls() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p999)]
async fn next_to_none() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95(at_most = 0))]
async fn no_share() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95(at_most = 0.6))]
async fn most_of_the_load() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95(at_once = 0))]
async fn no_room() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, hedge = p95(at_once = 2000))]
async fn too_much_room() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
