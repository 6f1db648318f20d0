use retry_runtime::retry;

#[retry(retry_on = Status(404), max_retries = 3)]
fn page() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
