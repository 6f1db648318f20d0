fn once_in_steps(
    store: &RedisStore,
    id: u64,
) -> impl Future<Output = Result<u32, PayError>> {
    async move {
        ::shop::retry::once(&store, ::shop::retry::__private::text(&format!("{id}/pay")))
            .scope(::core::concat!(::core::module_path!(), "::once_in_steps"))
            .run_steps(async |steps| {
                if false {
                    return ::shop::retry::__private::never::<Result<u32, PayError>>();
                }
                steps.step("charge", async |key| charge(id, key).await).await
            })
            .await
    }
}
