async fn once(&self, order: &Order, euros: u32) -> Result<Receipt, PayError> {
    ::retry_runtime::idempotency::once(
            &self.store,
            ::retry_runtime::idempotency::text(&order.id),
        )
        .scope(::retry_runtime::idempotency::text(&order.customer))
        .fingerprint(&(&order, &euros))
        .run(async |claim| {
            if false {
                return ::retry_runtime::never::<Result<Receipt, PayError>>();
            }
            charge(order, euros, claim.key("charge")).await
        })
        .await
}
