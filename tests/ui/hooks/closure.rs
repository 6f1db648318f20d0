use retry_runtime::retry;

#[retry(retry_on = transient, on_retry = || ())]
fn hook_of_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, on_retry = |error| eprintln!("{error}"))]
fn hook_of_one() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, fallback = || Ok(()))]
fn fallback_of_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, fallback = |attempt, error, more| Ok(()))]
fn fallback_of_three() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = || true)]
fn predicate_of_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = |attempt, error| true)]
fn predicate_of_two() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_ok = |attempt, value| true)]
fn refusal_of_two() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = async |error| true)]
async fn async_predicate() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = true)]
fn truth() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = "is_busy")]
fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_ok = true)]
fn refused_truth() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_ok = Some(_))]
fn refused_pattern() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, on_retry = async {})]
fn block() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
