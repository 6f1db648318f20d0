use retry_runtime::retry;

#[retry(retry_on = transient, fallback = |_| Ok(3))]
fn a_number() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = transient, fallback = |_| Ok(3))]
fn fixed_answer() -> std::io::Result<u32> {
    Ok(1)
}

#[retry(retry_on = None, fallback = |_| None)]
fn fixed_none() -> Option<u32> {
    Some(1)
}

#[retry(retry_on = transient, on_retry = |_, _| eprintln!("again"))]
fn macro_call() -> std::io::Result<()> {
    Ok(())
}
