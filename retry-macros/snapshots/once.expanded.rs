async fn once(&self, order: &Order, euros: u32) -> Result<Receipt, PayError> {
    ::retry_idempotency::once(
            &self.store,
            ::retry_idempotency::__private::text(&order.id),
        )
        .scope(::retry_idempotency::__private::text(&order.customer))
        .fingerprint(&(&order, &euros))
        .run(async |claim| {
            if false {
                return ::retry_idempotency::__private::never::<
                    Result<Receipt, PayError>,
                >();
            }
            charge(order, euros, claim.key("charge")).await
        })
        .await
}
