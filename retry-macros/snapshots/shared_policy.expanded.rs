async fn shared_policy() -> Result<(), ApiError> {
    let mut call = {
        const POLICY: ::retry_runtime::Policy = policies::GENTLE.max_attempts(5);
        const _: () = ::retry_runtime::check::policy(&POLICY, false);
        const _: () = ::retry_runtime::check::listed(&POLICY);
        static OPERATION: ::retry_runtime::Operation = ::retry_runtime::Operation::new(
            ::core::concat!(::core::module_path!(), "::shared_policy"),
            POLICY,
        );
        OPERATION.of::<Result<(), ApiError>>().begin().cuttable()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .timed_attempt(async {
                if false {
                    return ::retry_runtime::never::<Result<(), ApiError>>();
                }
                work().await
            })
            .await
        {
            break outcome;
        }
    }
}
