#[retry(retry_on = None)]
fn option(key: &str) -> Option<Quote> {
    find(key)
}
