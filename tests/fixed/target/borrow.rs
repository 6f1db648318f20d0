use retry_runtime::retry;

struct Store {
    items: Vec<String>,
}

impl Store {
    #[retry(retry_on = transient)]
    fn first(&mut self) -> std::io::Result<String> {
        Ok(self.items[0].clone())
    }

    #[retry(retry_on = transient)]
    async fn last(&mut self) -> std::io::Result<String> {
        Ok(self.items[0].clone())
    }
}

#[retry(retry_on = transient)]
fn of_an_argument(items: &mut Vec<String>) -> std::io::Result<usize> {
    Ok(items.len())
}
