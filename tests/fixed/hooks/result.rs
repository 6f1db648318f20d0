use retry_runtime::retry;

#[retry(retry_on = transient, on_retry = |_, _| { 3; })]
fn a_number() -> std::io::Result<()> {
    Ok(())
}
