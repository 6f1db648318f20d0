fn once_blocking(order: &Order) -> Result<Receipt, PayError> {
    let (lease, keep) = {
        const LEASE_2: ::core::time::Duration = ::retry_idempotency::__private::const_check::lease(
            LEASE,
        );
        const KEEP_2: ::core::time::Duration = ::retry_idempotency::__private::const_check::keep(
            LEASE_2,
            KEEP,
        );
        (LEASE_2, KEEP_2)
    };
    ::retry_idempotency::once(&STORE, ::retry_idempotency::__private::text(&order.id))
        .scope(::core::concat!(::core::module_path!(), "::once_blocking"))
        .keep(keep)
        .lease(lease)
        .wait(::core::time::Duration::from_secs(5))
        .merge(
            ::retry_idempotency::__private::merging::<
                Result<Receipt, PayError>,
                _,
            >(|old| add(old, order)),
        )
        .run_blocking(|_| -> Result<Receipt, PayError> { charge(order) })
}
