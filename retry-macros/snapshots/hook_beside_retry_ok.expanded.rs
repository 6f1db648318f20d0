async fn hook_beside_retry_ok() -> Result<Page, ApiError> {
    let mut call = {
        use ::retry_runtime::{Operation, Policy};
        static OPERATION: Operation = Operation::new(
            ::core::concat!(::core::module_path!(), "::hook_beside_retry_ok"),
            Policy::new(),
        );
        OPERATION.call::<Result<Page, ApiError>>().timed()
    };
    loop {
        let ran = call
            .run(async {
                if false {
                    return ::retry_runtime::never::<Result<Page, ApiError>>();
                }
                work().await
            })
            .await;
        let failed = match call
            .decide_if(ran, |ended| ended.value(|page: &Page| page.is_empty()))
        {
            ::retry_runtime::Step::Ended(outcome) => break outcome,
            ::retry_runtime::Step::Failed(failed) => failed,
        };
        let told = failed
            .tell_outcome_async(async |attempt, outcome| log(attempt, outcome).await)
            .await;
        if let ::core::option::Option::Some(outcome) = call.wait(failed, told).await {
            break outcome;
        }
    }
}
