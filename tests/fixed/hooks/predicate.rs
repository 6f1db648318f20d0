use retry_runtime::retry;

fn is_busy(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::Other
}

#[retry(retry_if = is_busy)]
fn of_another_error() -> std::io::Result<u32> {
    Ok(1)
}
