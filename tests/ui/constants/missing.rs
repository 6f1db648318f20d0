use retry_runtime::retry;

#[retry(retry_on = transient, max_attempts = MOST)]
fn attempts() -> std::io::Result<()> {
    Ok(())
}

fn main() {}
