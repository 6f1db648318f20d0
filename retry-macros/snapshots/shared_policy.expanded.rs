async fn shared_policy() -> Result<(), ApiError> {
    let mut call = {
        use ::retry_runtime::__private::*;
        const POLICY: Policy = policies::GENTLE.to_timed().max_attempts(5);
        const _: () = const_check::policy(&POLICY, false);
        const _: () = const_check::listed(&POLICY);
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::shared_policy"),
            POLICY,
        );
        OPERATION
            .typed::<Result<(), ApiError>>()
            .begin()
            .interruptible_if::<{ POLICY.cuts() }>()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt_with_timeout(async {
                if false {
                    return ::retry_runtime::__private::never::<Result<(), ApiError>>();
                }
                work().await
            })
            .await
        {
            break outcome;
        }
    }
}
