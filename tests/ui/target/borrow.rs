use retry_runtime::retry;

struct Store {
    items: Vec<String>,
}

impl Store {
    #[retry(retry_on = transient)]
    fn first(&mut self) -> std::io::Result<&mut String> {
        Ok(&mut self.items[0])
    }

    #[retry(retry_on = transient)]
    async fn last<'a>(&'a mut self) -> std::io::Result<&'a mut String> {
        Ok(&mut self.items[0])
    }

    #[retry(retry_on = transient)]
    fn name(&mut self) -> std::io::Result<&str> {
        Ok(&self.items[0])
    }

    #[retry(retry_on = transient)]
    async fn named<'a>(&'a mut self, key: &str) -> std::io::Result<std::borrow::Cow<'a, str>> {
        Ok(self.items[key.len()].as_str().into())
    }
}

#[retry(retry_on = transient)]
fn of_an_argument(items: &mut Vec<String>) -> std::io::Result<std::slice::IterMut<'_, &mut String>> {
    todo!("{items:?}")
}

fn main() {}
