//! Annotated functions of a chain of services and of a shop.

/// Operations of the chain, with one way to retry each.
macro_rules! chains {
    ($($(#[$docs:meta])* $way:ident($($option:tt)*))*) => {$(
        $(#[$docs])*
        #[allow(missing_docs, clippy::unused_async, clippy::missing_errors_doc)]
        pub mod $way {
            use retry_runtime::retry;

            #[retry(retry_on = transient, attempt_timeout = 1s, $($option)*)]
            pub async fn front() -> std::io::Result<()> {
                Ok(())
            }

            #[retry(retry_on = transient, attempt_timeout = 1s, $($option)*)]
            pub async fn b() -> std::io::Result<()> {
                Ok(())
            }

            #[retry(retry_on = transient, attempt_timeout = 1s, $($option)*)]
            pub async fn c() -> std::io::Result<()> {
                Ok(())
            }

            #[retry(retry_on = transient, attempt_timeout = 1s, $($option)*)]
            pub async fn leaf() -> std::io::Result<()> {
                Ok(())
            }
        }
    )*};
}

chains! {
    /// Four attempts at once.
    naive(max_attempts = 4, backoff = none, jitter = none, budget = none)
    /// Three attempts with full jitter.
    jitter(budget = none)
    /// Three attempts with the default budget.
    credit()
}

/// Operations of the shop, with one way to retry each.
macro_rules! shops {
    ($($(#[$docs:meta])* $way:ident($($option:tt)*))*) => {$(
        $(#[$docs])*
        #[allow(missing_docs, clippy::unused_async, clippy::missing_errors_doc)]
        pub mod $way {
            use retry_runtime::retry;

            #[retry(retry_on = transient, attempt_timeout = 1s, $($option)*)]
            pub async fn price() -> std::io::Result<()> {
                Ok(())
            }

            #[retry(retry_on = transient, attempt_timeout = 1s, $($option)*)]
            pub async fn hints() -> std::io::Result<()> {
                Ok(())
            }

            #[retry(retry_on = transient, attempt_timeout = 1s, $($option)*)]
            pub async fn pricing_stock() -> std::io::Result<()> {
                Ok(())
            }

            #[retry(retry_on = transient, attempt_timeout = 1s, $($option)*)]
            pub async fn recommend_stock() -> std::io::Result<()> {
                Ok(())
            }

            #[retry(retry_on = transient, attempt_timeout = 1s, $($option)*)]
            pub async fn load() -> std::io::Result<()> {
                Ok(())
            }
        }
    )*};
}

shops! {
    /// No budget.
    shop_unbounded(budget = none)
    /// The default budget.
    shop_credit()
    /// A fifth of the calls of the last ten seconds.
    shop_ratio(budget = ratio(0.2, 10s, reserve = 10))
}

/// Operations whose attributes have values per call, a shared budget, and options that a simulation leaves out.
#[allow(missing_docs, clippy::unused_async, clippy::missing_errors_doc, clippy::needless_pass_by_value)]
pub mod client {
    use std::time::Duration;

    use retry_runtime::{Breaker, Budget, KeyedBudget, RateLimit, TimedPolicy, retry};

    static SHARED: Budget = Budget::credit();
    static STRICT: Budget = Budget::credit().without_wait();
    static BREAKER: Breaker = Breaker::consecutive(5);
    static PER_USER: KeyedBudget<u64> = KeyedBudget::new(Budget::credit());
    static LIMIT: RateLimit = RateLimit::per_second(1000);

    #[retry(policy = policy)]
    pub async fn per_call(policy: TimedPolicy) -> std::io::Result<()> {
        Ok(())
    }

    #[retry(
        retry_on = transient, attempt_timeout = timeout, deadline = timeout * 3, budget = PER_USER.get(&user),
        breaker = breaker
    )]
    pub async fn all_per_call(timeout: Duration, user: u64, breaker: &Breaker) -> std::io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient, attempt_timeout = 1s, budget = SHARED, breaker = BREAKER)]
    pub async fn read() -> std::io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient, attempt_timeout = 1s, budget = STRICT)]
    pub async fn list() -> std::io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient, attempt_timeout = 1s, budget = STRICT, rate_limit = LIMIT)]
    pub async fn write() -> std::io::Result<()> {
        Ok(())
    }

    /// Its attempts have no bound besides the time of the class.
    #[retry(retry_on = Unavailable up_to 60s, attempt_timeout = 1s, hedge = after(500ms))]
    pub async fn patient() -> std::io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient)]
    pub async fn without_timeout() -> std::io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient)]
    pub fn blocking() -> std::io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = (Timeout, Status(500)), attempt_timeout = 1s, name = "client.named")]
    pub async fn named() -> std::io::Result<()> {
        Ok(())
    }

    pub async fn plain() {}
}
