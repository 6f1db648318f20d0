use retry_runtime::idempotency::{Checked, MemoryStore, Refused};
use retry_runtime::idempotent;

#[idempotent(store = store, key = order, duplicates = reject, interrupted = rerun, mode = plain)]
fn unknown(store: &MemoryStore, order: &str) -> Result<(), Refused> {
    Ok(())
}

#[idempotent(store = store, key = order, duplicates = merge(|old| old), interrupted = rerun)]
fn bare(store: &MemoryStore, order: &str) -> Result<(), Refused> {
    Ok(())
}

#[idempotent(store = store, key = order, duplicates = flag(|| vec![]), interrupted = check(|_| Ok(Checked::NotDone)))]
fn not_called(store: &MemoryStore, order: &str) -> Result<(), Refused> {
    Ok(())
}

#[idempotent(store = store, key = order, duplicates = reject, mode = in_transaction, claim = claim)]
fn no_words(store: &MemoryStore, order: &str) -> Result<(), Refused> {
    Ok(())
}
