use std::sync::Arc;

use retry_runtime::retry;

#[derive(Clone)]
struct Client {
    tried: u32,
}

impl Client {
    #[retry(retry_on = transient, clone = self)]
    fn consumed(self) -> std::io::Result<()> {
        drop(self);
        Ok(())
    }

    #[retry(retry_on = transient, clone(self, name))]
    async fn consumed_and_changed(mut self, name: String) -> std::io::Result<()> {
        self.tried += 1;
        drop((self, name));
        Ok(())
    }

    #[retry(retry_on = transient, clone = self)]
    async fn shared(self: Arc<Self>) -> std::io::Result<()> {
        drop(self);
        Ok(())
    }

    #[retry(retry_on = transient, clone = self)]
    async fn borrowed(&self) -> std::io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient, clone = self)]
    fn borrowed_by_its_type(self: &Self) -> std::io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient, clone = self)]
    fn changed(&mut self) -> std::io::Result<()> {
        self.tried += 1;
        assert_ne!(self.tried, 0);
        Ok(())
    }

    #[retry(retry_on = transient, clone = self)]
    async fn changed_by_its_type(self: &mut Self) -> std::io::Result<()> {
        self.tried += 1;
        assert_ne!(self.tried, 0);
        Ok(())
    }

    #[retry(retry_on = transient, clone = self)]
    fn without_a_receiver(name: String) -> std::io::Result<()> {
        drop(name);
        Ok(())
    }
}

fn main() {}
