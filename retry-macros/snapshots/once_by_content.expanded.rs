async fn once_by_content(
    store: &PostgresStore,
    client: &str,
    drink: &str,
) -> Result<u32, PayError> {
    let client = ::retry_idempotency::__private::text(&client);
    ::retry_idempotency::once_by_content(
            &store,
            ::core::concat!(::core::module_path!(), "::once_by_content"),
            &client,
            &drink,
            ::core::time::Duration::from_secs(120),
        )
        .replay()
        .run(async |_| {
            if false {
                return ::retry_idempotency::__private::never::<Result<u32, PayError>>();
            }
            sell(drink).await
        })
        .await
}
