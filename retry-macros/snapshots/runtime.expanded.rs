async fn quote(id: &str) -> Result<Quote, ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::quote"),
            Policy::new()
                .retry_on(Classes::new().timeout())
                .attempt_timeout(from_secs(1)),
        );
        OPERATION
            .typed::<Result<Quote, ApiError>>()
            .begin_on::<::retry_runtime::driver::Smol>()
            .interruptible_by_attempt_timeout()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt_with_timeout(async {
                if false {
                    return ::retry_runtime::__private::never::<
                        Result<Quote, ApiError>,
                    >();
                }
                ask(id).await
            })
            .await
        {
            break outcome;
        }
    }
}
impl Sensor {
    async fn temperature(&mut self) -> Result<f32, SensorError> {
        let mut call = {
            use ::retry_runtime::__private::*;
            static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::temperature"),
                Policy::new().retry_on(Classes::new().timeout()),
            );
            OPERATION.typed::<Result<f32, SensorError>>().begin_on::<crate::Embassy>()
        };
        loop {
            if let ::core::option::Option::Some(outcome) = call
                .attempt(async {
                    if false {
                        return ::retry_runtime::__private::never::<
                            Result<f32, SensorError>,
                        >();
                    }
                    self.bus.read().await
                })
                .await
            {
                break outcome;
            }
        }
    }
}
