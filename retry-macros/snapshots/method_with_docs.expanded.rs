impl Client {
    /// Fetches one quote.
    #[inline]
    /**

# Retries

At most 4 attempts, at most 7 s of delays unless the server asks for more, at most 15 s in all, each interrupted after 2 s. A call may also wait up to 30 s in line for its budget while the service answers. Retried on `transient`, `Malformed`.*/
    pub(crate) async fn method_with_docs<T: Parse>(
        &self,
        id: &str,
    ) -> Result<T, ApiError> {
        let mut call = {
            use ::retry_runtime::__private::*;
            static OPERATION: Operation = Operation::new(
                ::core::concat!(::core::module_path!(), "::method_with_docs"),
                Policy::new()
                    .retry_on(Classes::new().transient().malformed())
                    .max_attempts(4)
                    .attempt_timeout(from_secs(2)),
            );
            OPERATION
                .typed::<Result<T, ApiError>>()
                .begin()
                .interruptible_by_attempt_timeout()
        };
        loop {
            if let ::core::option::Option::Some(outcome) = call
                .attempt_with_timeout(async {
                    if false {
                        return ::retry_runtime::__private::never::<
                            Result<T, ApiError>,
                        >();
                    }
                    self.fetch(id).await?.parse()
                })
                .await
            {
                break outcome;
            }
        }
    }
}
