use retry_runtime::retry;

#[retry(retry_on = transient, on_retry = |_, _| ())]
fn hook_of_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, on_retry = |_, error| eprintln!("{error}"))]
fn hook_of_one() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, fallback = |_| Ok(()))]
fn fallback_of_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, fallback = |attempt, error| Ok(()))]
fn fallback_of_three() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = |_| true)]
fn predicate_of_nothing() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = |error| true)]
fn predicate_of_two() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_ok = |value| true)]
fn refusal_of_two() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = |error| true)]
async fn async_predicate() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = |_| true)]
fn truth() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_if = |_| true)]
fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_ok = |_| true)]
fn refused_truth() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_ok = |value| matches!(value, ()))]
fn refused_pattern() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, on_retry = |_, _| ())]
fn block() -> std::io::Result<()> {
    Ok(())
}
