use retry_runtime::retry;

#[retry(retry_on = transient, cancel = std::future::pending::<()>())]
async fn async_truth() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, cancel = std::future::pending::<()>())]
async fn async_closure() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, cancel = || true)]
fn truth() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, cancel = || true)]
fn closure_of_one() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, cancel = || true)]
fn block() -> std::io::Result<()> {
    Ok(())
}
