use retry_runtime::retry;

#[retry(retry_ok = Status(503))]
fn blocking() -> std::io::Result<String> {
    Ok(String::new())
}

fn main() {}
