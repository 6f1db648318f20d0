async fn quote(id: &str) -> Result<Cached<Quote>, ApiError> {
    let stale_key = ::retry_runtime::__private::stale_key_async(&QUOTES, id);
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::quote"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<Cached<Quote>, ApiError>>().begin()
    };
    let outcome = loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(async {
                if false {
                    return ::retry_runtime::__private::never::<
                        Result<Cached<Quote>, ApiError>,
                    >();
                }
                Ok(ask(id).await?.into())
            })
            .await
        {
            break outcome;
        }
    };
    call.fallback_stale_async(
            outcome,
            &QUOTES,
            stale_key,
            ::core::option::Option::Some(::core::time::Duration::from_secs(600)),
        )
        .await
}
impl Client {
    fn distance(&self, from: u32, to: u32) -> Result<Cached<u32>, ApiError> {
        let stale_key = ::retry_runtime::__private::stale_key(&self.cache, (from, to));
        let mut call = {
            use ::retry_runtime::__private::*;
            static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::distance"),
                Policy::new().retry_on(Classes::new().transient()),
            );
            OPERATION.typed::<Result<Cached<u32>, ApiError>>().begin_blocking()
        };
        let outcome = loop {
            if let ::core::option::Option::Some(outcome) = call
                .attempt(|| -> Result<Cached<u32>, ApiError> { self.measure(from, to) })
            {
                break outcome;
            }
        };
        call.fallback_stale(
            outcome,
            &self.cache,
            stale_key,
            ::core::option::Option::None,
        )
    }
}
fn list() -> Result<Vec<u32>, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::list"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<Vec<u32>, ApiError>>().begin_blocking()
    };
    let outcome = loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(|| -> Result<Vec<u32>, ApiError> { ask() })
        {
            break outcome;
        }
    };
    call.fallback_value(outcome, || Vec::new())
}
