async fn renamed_runtime() -> Result<(), ApiError> {
    let mut call = {
        use crate::vendored::retry_runtime::__private::*;
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::renamed_runtime"),
            Policy::new().retry_on(Classes::new().transient()),
        );
        OPERATION.typed::<Result<(), ApiError>>().begin()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(async {
                if false {
                    return crate::vendored::retry_runtime::__private::never::<
                        Result<(), ApiError>,
                    >();
                }
                work().await
            })
            .await
        {
            break outcome;
        }
    }
}
