use std::sync::Arc;

use retry_runtime::{Budget, retry};

struct Client {
    budget: Arc<Budget>,
    seen: u32,
}

impl Client {
    #[retry(retry_on = transient, budget = self.budget.clone())]
    fn changed(&mut self) -> std::io::Result<()> {
        self.seen += 1;
        self.change();
        Ok(())
    }

    fn change(&mut self) {}
}
