use retry_runtime::retry;

#[retry(retry_ok = |text| text.is_empty())]
fn blocking() -> std::io::Result<String> {
    Ok(String::new())
}
