#[idempotent(store = store, key = content(2m), scope = client, fingerprint = drink, duplicates = replay)]
async fn once_by_content(store: &PostgresStore, client: &str, drink: &str) -> Result<u32, PayError> {
    sell(drink).await
}
