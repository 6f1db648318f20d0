#[idempotent(store = &self.store, key = &order.id, scope = &order.customer, fingerprint = (order, euros), claim = claim)]
async fn once(&self, order: &Order, euros: u32) -> Result<Receipt, PayError> {
    charge(order, euros, claim.key("charge")).await
}
