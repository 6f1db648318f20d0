//! Names: nothing of the expansion sees or is seen by the user's, wherever the runtime is.
#![allow(clippy::all, clippy::pedantic)] // the shapes are what people write, not what they should

use std::io;

use retry_tests::Flaky;

mod arguments {
    use super::{Flaky, io};
    use retry_runtime::retry;

    const OPERATION: u32 = 3;
    const POLICY: u32 = 3;
    const MAX_ATTEMPTS: u32 = 3;
    const BASE: core::time::Duration = core::time::Duration::from_millis(1);

    #[retry(retry_on = transient, backoff = none)]
    fn of_ours(
        call: &Flaky,
        outcome: u32,
        error: u32,
        ended: u32,
        failed: u32,
        told: u32,
        ran: u32,
    ) -> io::Result<u32> {
        let found = call.work()?;
        Ok(found + outcome + error + ended + failed + told + ran)
    }

    #[retry(
        retry_if = |ended: &io::Error| ended.kind() == io::ErrorKind::TimedOut && outcome == 0,
        backoff = none,
        on_retry = |ran, told| assert!(told.kind() == io::ErrorKind::TimedOut && ran.number() > policy),
        fallback = |cancel| Err(cancel)
    )]
    async fn in_hooks(call: &Flaky, outcome: u32, policy: u32, deadline: u32, cancel: u32) -> io::Result<u32> {
        let found = call.work()?;
        Ok(found + outcome + deadline + cancel)
    }

    #[retry(retry_on = transient, max_attempts = MAX_ATTEMPTS, backoff = exp(BASE, 1s), deadline = 10s)]
    fn in_constants(flaky: &Flaky) -> io::Result<[u32; OPERATION as usize]> {
        let found = flaky.work()?;
        Ok([found, OPERATION, POLICY])
    }

    #[retry(retry_on = transient, max_attempts = OPERATION, jitter = proportional(0.5))]
    fn named_as_the_static(flaky: &Flaky) -> io::Result<u32> {
        flaky.work()
    }

    #[test]
    fn are_not_ours() {
        assert_eq!(of_ours(&Flaky::new(), 1, 1, 1, 1, 1, 1).unwrap(), 9);
        assert_eq!(in_constants(&Flaky::new()).unwrap(), [3, 3, 3]);
        let _clock = retry_runtime::testing::pause();
        assert_eq!(named_as_the_static(&Flaky::new()).unwrap(), 3);
    }

    #[tokio::test]
    async fn are_not_ours_in_hooks() {
        assert_eq!(in_hooks(&Flaky::new(), 0, 0, 1, 1).await.unwrap(), 5);
    }
}

mod shadowed {
    use super::Flaky;
    use retry_runtime::retry;

    #[allow(dead_code, non_camel_case_types)]
    mod core {}
    #[allow(dead_code)]
    mod std {}
    #[allow(dead_code)]
    struct Result;
    #[allow(dead_code)]
    struct Option;
    #[allow(dead_code, non_snake_case)]
    fn Ok() {}
    #[allow(dead_code, non_snake_case)]
    fn Err() {}
    #[allow(dead_code, non_snake_case)]
    fn Some() {}
    #[allow(dead_code)]
    struct None;
    #[allow(dead_code)]
    fn drop() {}
    #[allow(dead_code)]
    trait Clone {}
    #[allow(dead_code)]
    struct Duration;
    #[allow(dead_code)]
    struct Policy;
    #[allow(dead_code)]
    struct Classes;
    #[allow(dead_code)]
    struct Box;

    #[allow(unused_macros)]
    macro_rules! concat {
        ($($any:tt)*) => {
            compile_error!("not this one")
        };
    }
    #[allow(unused_macros)]
    macro_rules! module_path {
        () => {
            compile_error!("nor this one")
        };
    }
    #[allow(unused_macros)]
    macro_rules! matches {
        ($($any:tt)*) => {
            compile_error!("nor this")
        };
    }
    #[retry(
        retry_on = (Timeout, error(Fault::Busy)),
        backoff = exp(1ms, 2ms),
        deadline = 5s,
        clone = text,
        context = attempt,
        on_retry = |_, _| {}
    )]
    pub(super) fn blocking(text: ::std::string::String, flaky: &Flaky) -> ::core::result::Result<u32, Fault> {
        ::core::mem::drop(text);
        flaky.work().map(|found| found + attempt.number()).map_err(|_| Fault::Busy)
    }

    #[retry(retry_on = Timeout, retry_if = |_| true, backoff = exp(1ms, 2ms), attempt_timeout = timeout, cancel = ::std::future::pending::<()>())]
    pub(super) async fn waiting(timeout: ::core::time::Duration, flaky: &Flaky) -> ::core::result::Result<u32, Fault> {
        flaky.work().map_err(|_| Fault::Busy)
    }

    #[derive(Debug)]
    pub(super) enum Fault {
        Busy,
        Stopped,
    }

    impl ::retry_runtime::Classify for Fault {
        fn class(&self) -> ::retry_runtime::Class {
            ::retry_runtime::Class::Permanent
        }
    }

    impl ::core::convert::From<::retry_runtime::Stopped> for Fault {
        fn from(_: ::retry_runtime::Stopped) -> Self {
            Self::Stopped
        }
    }
}

mod elsewhere {
    pub(super) mod inner {
        pub(crate) use ::retry_runtime as attempts;
    }
}

mod renamed {
    use super::{Flaky, io};
    extern crate retry_runtime as rt;

    #[rt::retry(retry_on = transient, backoff = none, crate = crate::names::elsewhere::inner::attempts)]
    pub(super) fn exported(flaky: &Flaky) -> io::Result<u32> {
        flaky.work()
    }

    #[rt::retry(retry_on = (Timeout, Connect), backoff = none, crate = crate::names::renamed::rt, context = attempt)]
    pub(super) async fn renamed(flaky: &Flaky) -> io::Result<u32> {
        flaky.work().map(|found| found + attempt.number())
    }
}

#[test]
fn what_is_shadowed_is_not_ours() {
    let _clock = retry_runtime::testing::pause();
    assert_eq!(shadowed::blocking("a".into(), &Flaky::new()).unwrap(), 6);
    assert_eq!(renamed::exported(&Flaky::new()).unwrap(), 3);
}

#[tokio::test(start_paused = true)]
async fn what_is_shadowed_is_not_ours_in_async_functions() {
    let second = std::time::Duration::from_secs(1);
    assert_eq!(shadowed::waiting(second, &Flaky::new()).await.unwrap(), 3);
    assert_eq!(renamed::renamed(&Flaky::new()).await.unwrap(), 6);
}

#[test]
fn a_panic_in_the_body_is_at_the_users_line() {
    use std::sync::Mutex;
    static SEEN: Mutex<Option<(String, u32)>> = Mutex::new(None);

    #[retry_runtime::retry(retry_on = transient)]
    fn panics(index: usize) -> io::Result<u8> {
        let list = [1, 2, 3];
        Ok(list[index])
    }
    let line = line!() - 2;

    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(|panic| {
        *SEEN.lock().unwrap() = panic.location().map(|place| (place.file().into(), place.line()));
    }));
    assert!(std::panic::catch_unwind(|| panics(9)).is_err());
    std::panic::set_hook(before);
    assert_eq!(*SEEN.lock().unwrap(), Some((file!().into(), line)));
}
