use retry_runtime::retry;

#[retry(retry_on = transient, runtime = smoll)]
async fn misspelled() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, runtime = async_std)]
async fn of_another_name() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, runtime = glommio)]
async fn unknown() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, runtime = "tokio")]
async fn text() -> std::io::Result<()> {
    Ok(())
}

#[retry(retry_on = transient, runtime = tokio)]
fn blocking() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
