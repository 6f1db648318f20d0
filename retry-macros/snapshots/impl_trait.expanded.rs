async fn impl_trait(
    source: impl Source,
) -> Result<impl Iterator<Item = Quote>, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::impl_trait"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<_, ApiError>>().begin()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(async {
                if false {
                    return ::retry_runtime::__private::never::<Result<_, ApiError>>();
                }
                source.quotes().await
            })
            .await
        {
            break outcome;
        }
    }
}
