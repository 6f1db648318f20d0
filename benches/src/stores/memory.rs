//! The store in memory.

use std::sync::Arc;
use std::time::Instant;

use retry_idempotency::{MemoryStore, Store};

use super::load;
use crate::Outcome;

const TIMED: u32 = 200_000;

pub(super) async fn print(keys: usize) -> Outcome {
    for stored in [super::FEW, keys] {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new(usize::MAX));
        for _ in 0..stored {
            load::pair(&*store, &load::new_key()).await?;
        }
        let new_keys: Vec<_> = (0..TIMED).map(|_| load::new_key()).collect();
        let begun = Instant::now();
        for key in &new_keys {
            load::pair(&*store, key).await?;
        }
        let each = begun.elapsed() / TIMED;
        println!("memory, {stored} keys: {each:?} a pair, by one caller at once");
    }
    Ok(())
}
