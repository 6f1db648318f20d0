//! The rules of one function by itself.

use std::io;
use std::sync::LazyLock;
use std::time::Duration;

use retry_review_tests::ShopError;
use retry_runtime::{Classes, Policy, Stopped, TimedPolicy, retry};

use super::{messages, review};

mod hangs {
    use super::*;

    #[retry(retry_on = Timeout)]
    pub(super) async fn by_timeout() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = Connect, deadline = 30s)]
    pub(super) async fn by_connect() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = Disconnected)]
    pub(super) async fn by_disconnect() -> io::Result<()> {
        Ok(())
    }

    #[allow(clippy::manual_async_fn)] // the shape of function that is asked about
    #[retry(retry_on = Throttled)]
    pub(super) fn by_throttling() -> impl Future<Output = io::Result<()>> {
        async { Ok(()) }
    }

    #[retry(retry_on = (Unavailable, Conflict))]
    pub(super) async fn by_unavailable() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = Status(599))]
    pub(super) async fn by_status() -> io::Result<()> {
        Ok(())
    }

    const SHARED: Policy = Policy::new().retry_on(Classes::new().unavailable());

    #[retry(policy = SHARED)]
    pub(super) async fn by_policy() -> io::Result<()> {
        Ok(())
    }

    #[retry(policy = &SHARED, max_attempts = 5)]
    pub(super) async fn by_reference() -> io::Result<()> {
        Ok(())
    }

    static CONFIGURED: LazyLock<Policy> = LazyLock::new(|| panic!("a review reads no configuration"));

    #[retry(policy = &CONFIGURED)]
    pub(super) async fn by_type() -> io::Result<()> {
        Ok(())
    }
}

mod ends {
    use super::*;

    #[derive(Debug)]
    pub(super) struct Error;

    impl From<Stopped> for Error {
        fn from(_: Stopped) -> Self {
            Self
        }
    }

    #[retry(retry_on = transient, attempt_timeout = 2s)]
    pub(super) async fn cut() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient, attempt_timeout = patience)]
    pub(super) async fn cut_by_each_call(patience: Duration) -> io::Result<()> {
        let _ = patience;
        Ok(())
    }

    #[retry(retry_on = transient)]
    pub(super) fn blocking() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = (Conflict, Malformed))]
    pub(super) async fn local() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_if = |_| true)]
    pub(super) async fn by_predicate() -> Result<(), Error> {
        Err(Error)
    }

    const SHARED: Policy = Policy::new().retry_on(Classes::new().timeout());
    const TIMED: TimedPolicy = SHARED.attempt_timeout(Duration::from_secs(2));
    static CONFIGURED: LazyLock<TimedPolicy> = LazyLock::new(|| panic!("a review reads no configuration"));

    #[retry(policy = &TIMED)]
    pub(super) async fn by_reference() -> io::Result<()> {
        Ok(())
    }

    #[retry(policy = &SHARED, attempt_timeout = 2s)]
    pub(super) async fn by_option() -> io::Result<()> {
        Ok(())
    }

    #[retry(policy = &CONFIGURED)]
    pub(super) async fn by_type() -> io::Result<()> {
        Ok(())
    }

    #[retry(policy = *policy)]
    pub(super) async fn of_each_call(policy: &Policy) -> io::Result<()> {
        let _ = policy;
        Ok(())
    }
}

const HANGS: &str = "an attempt that never ends hangs the call, because it has no attempt timeout and a deadline does not \
                     interrupt it; write `attempt_timeout = 2s`, or the longest time a response may take [NoAttemptTimeout]";

#[test]
fn an_async_function_over_a_network_needs_an_attempt_timeout() {
    let functions =
        ["connect", "disconnect", "policy", "reference", "status", "throttling", "timeout", "type", "unavailable"];
    let expected: Vec<_> = functions.iter().map(|name| format!("by_{name}: {HANGS}")).collect();
    assert_eq!(messages(&review("alone::hangs").lint()), expected);
}

#[test]
fn a_reference_to_a_constant_is_reviewed_as_the_constant_with_its_options() {
    let review = review("alone::hangs");
    let operation = |name| *review.operations().iter().find(|operation| operation.name().ends_with(name)).unwrap();
    let policy = operation("::by_reference").policy().expect("its value is known");
    assert_eq!(policy, Policy::new().retry_on(Classes::new().unavailable()).max_attempts(5).to_timed());
    assert_eq!(operation("::by_type").policy(), None);
}

#[test]
fn other_functions_need_no_attempt_timeout() {
    review("alone::ends").lint().assert_none();
}

mod changes {
    use super::*;

    #[retry(retry_on = transient)]
    pub(super) fn charge() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = Connect, retry_if = |_| true)]
    pub(super) fn try_send_mail() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = (Connect, Timeout))]
    pub(super) fn do_pay() -> io::Result<()> {
        Ok(())
    }

    #[retry(policy = *policy)]
    pub(super) fn create_order(policy: &Policy) -> io::Result<()> {
        let _ = policy;
        Ok(())
    }

    #[retry(retry_on = Conflict)]
    pub(super) fn r#book() -> io::Result<()> {
        Ok(())
    }
}

mod harmless {
    use super::*;

    #[retry(retry_on = Connect)]
    pub(super) fn charge() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = Connect, except = ShopError::Status(425))]
    pub(super) fn send() -> Result<(), ShopError> {
        Ok(())
    }

    #[retry(retry_on = transient, side_effects, idempotency_key = generate())]
    pub(super) fn pay() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient, idempotency_key = number.to_string())]
    pub(super) fn create_order(number: u32) -> io::Result<()> {
        let _ = number;
        Ok(())
    }

    #[retry(policy = *policy, retry_on = Connect, side_effects)]
    pub(super) fn delete(policy: &Policy) -> io::Result<()> {
        let _ = policy;
        Ok(())
    }

    #[retry(retry_on = transient)]
    pub(super) fn posts() -> io::Result<()> {
        get_post()?;
        created_at()?;
        order_status()
    }

    #[retry(retry_on = transient)]
    pub(super) fn get_post() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient)]
    pub(super) fn created_at() -> io::Result<()> {
        Ok(())
    }

    #[retry(retry_on = transient)]
    pub(super) fn order_status() -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_name_that_suggests_side_effects_needs_a_key() {
    let words = |verb: &str| {
        format!(
            "its name suggests the side effect `{verb}`, and a retry after a lost response repeats it; write `side_effects, \
             idempotency_key = ..` and send the key, or `retry_on = Connect`, which proves that nothing happened [SideEffects]"
        )
    };
    let functions = [
        ("book", "book"),
        ("charge", "charge"),
        ("create_order", "create"),
        ("do_pay", "pay"),
        ("try_send_mail", "send"),
    ];
    let expected: Vec<_> = functions.iter().map(|(name, verb)| format!("{name}: {}", words(verb))).collect();
    assert_eq!(messages(&review("alone::changes").lint()), expected);
}

#[test]
fn a_key_or_connect_or_another_verb_is_enough() {
    review("alone::harmless").lint().assert_none();
}

/// `retry_runtime` reads no more than names, so a type of the test serves as a response.
struct Response;

impl Response {
    fn error_for_status(self) -> io::Result<Self> {
        if true { Ok(self) } else { Err(io::ErrorKind::Other.into()) }
    }
}

mod hints {
    use super::*;

    #[retry(retry_on = transient)]
    pub(super) fn loses() -> io::Result<()> {
        Response.error_for_status().map(drop)
    }

    #[retry(retry_on = transient)]
    pub(super) fn keeps() -> io::Result<()> {
        let error_for_status = Response;
        let _ = error_for_status;
        Ok(())
    }
}

#[test]
fn an_error_for_status_loses_the_hint_of_the_server() {
    let expected = "loses: `error_for_status` drops the server's `Retry-After` and the connection; write \
                    `check(response).await?`, which keeps both [ServerHintLost]";
    assert_eq!(messages(&review("alone::hints").lint()), [expected]);
}
