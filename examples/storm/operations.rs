//! The operations of the chain, with each way to retry that is compared.

use retry_runtime::storm::{CallTo, op};

/// The calls of front, b, c and leaf, in this order.
pub(crate) type Calls = [CallTo; 4];

/// Writes a module per way to retry, with the attempt timeouts of the four functions and the options that they share.
macro_rules! operations {
    ($($(#[$docs:meta])* $way:ident($front:tt, $b:tt, $c:tt, $leaf:tt; $($option:tt)*) { $($item:item)* })*) => {$(
        $(#[$docs])*
        pub(crate) mod $way {
            use retry_runtime::retry;

            use super::{CallTo, Calls, op};

            $($item)*

            #[retry(retry_on = transient, attempt_timeout = $front, $($option)*)]
            async fn front() -> std::io::Result<()> {
                Ok(())
            }

            #[retry(retry_on = transient, attempt_timeout = $b, $($option)*)]
            async fn b() -> std::io::Result<()> {
                Ok(())
            }

            #[retry(retry_on = transient, attempt_timeout = $c, $($option)*)]
            async fn c() -> std::io::Result<()> {
                Ok(())
            }

            #[retry(retry_on = transient, attempt_timeout = $leaf, $($option)*)]
            async fn leaf() -> std::io::Result<()> {
                Ok(())
            }

            pub(crate) fn calls() -> Calls {
                let calls: [CallTo; 4] =
                    [op!(front => "b"), op!(b => "c"), op!(c => "leaf"), op!(leaf => "dependency")];
                calls
            }
        }
    )*};
}

operations! {
    /// A loop as people write it: four attempts, at once.
    naive(1s, 1s, 1s, 1s; max_attempts = 4, backoff = none, jitter = none, budget = none) {}

    /// Three attempts, with the delays of `#[retry]` but not their jitter.
    backoff(1s, 1s, 1s, 1s; jitter = none, budget = none) {}

    jitter(1s, 1s, 1s, 1s; budget = none) {}

    /// All that `#[retry]` does unless it says otherwise.
    retry_defaults(1s, 1s, 1s, 1s;) {}

    /// Timeouts that are shorter inward, so that the caller nearest to a failure learns of it first.
    inward(4s, 2500ms, 1200ms, 250ms;) {}

    breaker(1s, 1s, 1s, 1s; breaker = BREAKER) {
        use retry_runtime::Breaker;

        /// Each process has one with these settings.
        static BREAKER: Breaker = Breaker::new();
    }

    open_one_second(1s, 1s, 1s, 1s; breaker = BREAKER) {
        use core::time::Duration;

        use retry_runtime::Breaker;

        static BREAKER: Breaker = Breaker::new().longest_open(Duration::from_millis(1250));
    }

    open_five_seconds(1s, 1s, 1s, 1s; breaker = BREAKER) {
        use core::time::Duration;

        use retry_runtime::Breaker;

        static BREAKER: Breaker =
            Breaker::new().open_for(Duration::from_secs(5)).longest_open(Duration::from_millis(6250));
    }
}
