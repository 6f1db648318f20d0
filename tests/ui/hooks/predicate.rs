use retry_runtime::retry;

fn is_busy(error: &str) -> bool {
    error == "busy"
}

#[retry(retry_if = is_busy)]
fn of_another_error() -> std::io::Result<u32> {
    Ok(1)
}

fn main() {}
