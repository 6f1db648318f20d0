#[idempotent(store = STORE, key = order.id, keep = KEEP, lease = LEASE, wait = 5s, duplicates = merge(|old| add(old, order)))]
fn once_blocking(order: &Order) -> Result<Receipt, PayError> {
    charge(order)
}
