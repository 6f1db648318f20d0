#[idempotent(store = store, key = format!("{id}/pay"), mode = steps, claim = steps, crate = ::shop::retry)]
fn once_in_steps(store: &RedisStore, id: u64) -> impl Future<Output = Result<u32, PayError>> {
    async move {
        steps.step("charge", async |key| charge(id, key).await).await
    }
}
