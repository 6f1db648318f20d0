use retry_runtime::retry;

struct Client {
    retry: retry_runtime::Policy,
}

impl Client {
    #[retry(policy = self.retry)]
    fn quote(&self) -> std::io::Result<()> {
        Ok(())
    }
}
