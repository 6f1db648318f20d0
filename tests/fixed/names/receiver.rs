use std::sync::Arc;

use retry_runtime::retry;

#[derive(Clone)]
struct Client {
    tried: u32,
}

impl Client {
    #[retry(retry_on = transient)]
    fn consumed(self) -> std::io::Result<()> {
        let this = self.clone();
        drop(this);
        Ok(())
    }

    #[retry(retry_on = transient, clone = name)]
    async fn consumed_and_changed(self, name: String) -> std::io::Result<()> {
        let mut this = self.clone();
        this.tried += 1;
        drop((this, name));
        Ok(())
    }

    #[retry(retry_on = transient)]
    async fn shared(self: Arc<Self>) -> std::io::Result<()> {
        let this = self.clone();
        drop(this);
        Ok(())
    }

    #[retry(retry_on = transient)]
    async fn borrowed(&self) -> std::io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient)]
    fn borrowed_by_its_type(self: &Self) -> std::io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient)]
    fn changed(&mut self) -> std::io::Result<()> {
        let mut this = Self::clone(self);
        this.tried += 1;
        assert_ne!(this.tried, 0);
        Ok(())
    }

    #[retry(retry_on = transient)]
    async fn changed_by_its_type(self: &mut Self) -> std::io::Result<()> {
        let mut this = Self::clone(self);
        this.tried += 1;
        assert_ne!(this.tried, 0);
        Ok(())
    }

    #[retry(retry_on = transient, clone = name)]
    fn without_a_receiver(name: String) -> std::io::Result<()> {
        drop(name);
        Ok(())
    }
}
