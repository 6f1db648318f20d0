use retry_runtime::retry;

#[retry(retry_on = transient)]
fn blocking() -> std::io::Result<u32> {
    Ok(missing)
}

#[retry(retry_on = transient)]
async fn waiting() -> std::io::Result<u32> {
    Ok(missing())
}

#[retry(retry_on = transient)]
async fn ours() -> std::io::Result<u32> {
    call.attempt()
}

fn main() {}
