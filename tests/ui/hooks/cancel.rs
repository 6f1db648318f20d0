use retry_runtime::retry;

#[retry(retry_on = transient, cancel = true)]
async fn async_truth() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, cancel = || true)]
async fn async_closure() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, cancel = true)]
fn truth() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, cancel = |error| true)]
fn closure_of_one() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, cancel = async {})]
fn block() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
