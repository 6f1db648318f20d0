#[retry(retry_on = transient)]
fn plain_blocking(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}
