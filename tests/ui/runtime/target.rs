use retry_runtime::retry;

#[retry(retry_on = transient, runtime = wasm)]
async fn elsewhere() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
