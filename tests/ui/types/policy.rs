use retry_runtime::retry;

struct Client {
    retry: u32,
}

impl Client {
    #[retry(policy = self.retry)]
    fn quote(&self) -> std::io::Result<()> {
        Ok(())
    }
}

fn main() {}
