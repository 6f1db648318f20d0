async fn constants() -> Result<(), ApiError> {
    let mut call = {
        const _: () = ::retry_runtime::check::max_attempts(ATTEMPTS);
        const _: () = ::retry_runtime::check::base(limits::BASE);
        const _: () = ::retry_runtime::check::cap(
            limits::BASE,
            ::core::time::Duration::from_secs(10),
        );
        const _: () = ::retry_runtime::check::share(SHARE);
        const _: () = ::retry_runtime::check::some_duration(Duration::from_secs(60));
        const _: () = ::retry_runtime::check::statuses(FIRST, LAST);
        const _: () = ::retry_runtime::check::spread(
            &::retry_runtime::Policy::new()
                .retry_on(::retry_runtime::Classes::new().timeout().status(FIRST, LAST))
                .max_attempts(ATTEMPTS)
                .backoff(
                    ::retry_runtime::Backoff::exponential(
                        limits::BASE,
                        ::core::time::Duration::from_secs(10),
                    ),
                )
                .jitter(::retry_runtime::Jitter::proportional(SHARE))
                .deadline(Duration::from_secs(60)),
        );
        const _: () = ::retry_runtime::check::deadline(
            &::retry_runtime::Policy::new()
                .retry_on(::retry_runtime::Classes::new().timeout().status(FIRST, LAST))
                .max_attempts(ATTEMPTS)
                .backoff(
                    ::retry_runtime::Backoff::exponential(
                        limits::BASE,
                        ::core::time::Duration::from_secs(10),
                    ),
                )
                .jitter(::retry_runtime::Jitter::proportional(SHARE))
                .deadline(Duration::from_secs(60)),
        );
        static OPERATION: ::retry_runtime::Operation = ::retry_runtime::Operation::new(
            ::core::concat!(::core::module_path!(), "::constants"),
            ::retry_runtime::Policy::new()
                .retry_on(::retry_runtime::Classes::new().timeout().status(FIRST, LAST))
                .max_attempts(ATTEMPTS)
                .backoff(
                    ::retry_runtime::Backoff::exponential(
                        limits::BASE,
                        ::core::time::Duration::from_secs(10),
                    ),
                )
                .jitter(::retry_runtime::Jitter::proportional(SHARE))
                .deadline(Duration::from_secs(60)),
        );
        OPERATION.call::<Result<(), ApiError>>()
    };
    loop {
        if let ::core::option::Option::Some(outcome) = call
            .attempt(async {
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
