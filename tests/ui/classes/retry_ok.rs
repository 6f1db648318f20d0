use retry_runtime::retry;

#[retry(retry_ok = Timeuot)]
fn misspelt() -> std::io::Result<u8> {
    Ok(1)
}

fn main() {}
