impl Client {
    fn policy_from_configuration(&mut self) -> Result<(), ApiError> {
        let policy = ::retry_runtime::AsPolicy::to_policy(&self.retry)
            .except(::retry_runtime::Classes::new().conflict());
        let mut call = {
            use ::retry_runtime::__private::*;
            static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::policy_from_configuration"),
                Policy::new(),
            );
            OPERATION
                .typed::<Result<(), ApiError>>()
                .begin_blocking()
                .with_policy(&policy)
        };
        loop {
            if let ::core::option::Option::Some(outcome) = call
                .attempt(|| -> Result<(), ApiError> { self.work() })
            {
                break outcome;
            }
        }
    }
}
