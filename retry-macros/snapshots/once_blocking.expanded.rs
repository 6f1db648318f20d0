fn once_blocking(order: &Order) -> Result<Receipt, PayError> {
    let (lease, keep) = {
        const LEASE_2: ::core::time::Duration = ::retry_runtime::__private::const_check::lease(
            LEASE,
        );
        const KEEP_2: ::core::time::Duration = ::retry_runtime::__private::const_check::keep(
            LEASE_2,
            KEEP,
        );
        (LEASE_2, KEEP_2)
    };
    ::retry_runtime::idempotency::once(
            &STORE,
            ::retry_runtime::idempotency::text(&order.id),
        )
        .scope(::core::concat!(::core::module_path!(), "::once_blocking"))
        .keep(keep)
        .lease(lease)
        .wait(::core::time::Duration::from_secs(5))
        .merge(
            ::retry_runtime::idempotency::merging::<
                Result<Receipt, PayError>,
                _,
            >(|old| add(old, order)),
        )
        .run_blocking(|_| -> Result<Receipt, PayError> { charge(order) })
}
