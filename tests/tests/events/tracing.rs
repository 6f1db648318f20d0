//! Events as a subscriber of `tracing` sees them: level, message and fields, in their order, and nothing extra.

use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use retry_runtime::breaker::Breaker;
use retry_runtime::http::{StatusError, check_head};
use retry_runtime::{Class, Classify, Operation, OutgoingRequest, Stopped, TimedPolicy, events, retry, testing};
use tracing::field::{Empty, Field, Visit};
use tracing::span::{Id, Record};
use tracing::{Event, Subscriber, info_span, subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry;

/// Writes down what comes in.
#[derive(Clone, Default)]
struct Mock(Arc<Mutex<Vec<String>>>);

impl Mock {
    fn note(&self, line: String) {
        self.0.lock().unwrap().push(line);
    }
}

impl<S: Subscriber> Layer<S> for Mock {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let metadata = event.metadata();
        assert_eq!(metadata.target(), "retry_runtime");
        let mut line = Line(String::new());
        event.record(&mut line);
        self.note(format!("{} {}", metadata.level(), line.0));
    }

    fn on_record(&self, _: &Id, values: &Record<'_>, _: Context<'_, S>) {
        let mut line = Line("span".into());
        values.record(&mut line);
        self.note(line.0);
    }
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            self.0.insert_str(0, &format!("[{value:?}]"));
        } else {
            write!(self.0, " {}={value:?}", field.name()).unwrap();
        }
    }
}

/// Returns the events that arrive while `run` runs.
fn traced(run: impl FnOnce()) -> Vec<String> {
    let mock = Mock::default();
    subscriber::with_default(registry().with(mock.clone()), run);
    let lines = mock.0.lock().unwrap();
    lines.clone()
}

#[derive(Debug)]
enum Fault {
    Status(u16),
    Timeout,
    Stopped,
}

impl Classify for Fault {
    fn class(&self) -> Class {
        match self {
            Self::Status(status) => Class::Status(*status),
            Self::Timeout => Class::Timeout,
            Self::Stopped => Class::Permanent,
        }
    }
}

impl From<Stopped> for Fault {
    fn from(_: Stopped) -> Self {
        Self::Stopped
    }
}

#[retry(max_attempts = 3, retry_on = (Timeout, Status(503)), backoff = fixed(1500ms), jitter = none, budget = none, name = "shop::stock")]
fn stock(answers: &mut Vec<Result<u32, Fault>>) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[test]
fn a_recovered_call_logs_failures_at_debug_and_success_at_info() {
    let _clock = testing::pause();
    let lines = traced(|| {
        stock(&mut vec![Ok(7)]).unwrap();
        stock(&mut vec![Ok(7), Err(Fault::Timeout)]).unwrap();
    });
    let expected = [
        r#"DEBUG [attempt failed] retry.operation="shop::stock" retry.attempt=1 error.type="Timeout""#,
        r#"DEBUG [retry scheduled] retry.operation="shop::stock" retry.attempt=2 error.type="Timeout" retry.delay=1.5"#,
        r#"INFO [recovered by a retry] retry.operation="shop::stock" retry.attempt=2"#,
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_status_is_logged_with_http_fields() {
    let _clock = testing::pause();
    let lines = traced(|| drop(stock(&mut vec![Err(Fault::Status(404)), Err(Fault::Status(503))])));
    let of = |what: &str, attempt: u32, status: u16, rest: &str| {
        format!(
            "{what} retry.operation=\"shop::stock\" retry.attempt={attempt} error.type=\"Status({status})\" \
             http.response.status_code={status}{rest}"
        )
    };
    let expected = [
        of("DEBUG [attempt failed]", 1, 503, ""),
        of("DEBUG [retry scheduled]", 2, 503, " http.request.resend_count=1 retry.delay=1.5"),
        of("DEBUG [attempt failed]", 2, 404, " http.request.resend_count=1"),
        of("DEBUG [gave up]", 2, 404, " http.request.resend_count=1 retry.stop_reason=\"not_retryable\""),
    ];
    assert_eq!(lines, expected);
}

#[test]
fn a_hint_that_cannot_be_read_is_a_warning() {
    #[retry(retry_on = Timeout, backoff = none, budget = none, name = "shop::fetch")]
    fn fetch() -> Result<http::Response<()>, StatusError> {
        check_head(http::Response::builder().status(503).header("retry-after", "soon").body(()).unwrap())
    }
    let lines = traced(|| assert!(fetch().is_err()));
    assert_eq!(lines.len(), 3, "{lines:?}");
    let expected =
        r#"WARN [server hint cannot be read] retry.operation="shop::fetch" retry.attempt=1 retry.hint="retry-after""#;
    assert_eq!(lines[1], expected);
}

static BREAKER: Breaker = Breaker::new()
    .window_calls(2)
    .minimum_calls(2)
    .open_for(Duration::from_secs(2))
    .longest_open(Duration::from_secs(2));

#[retry(retry_on = Timeout, backoff = none, budget = none, breaker = BREAKER, name = "shop::pay")]
fn pay() -> Result<u32, Fault> {
    Err(Fault::Timeout)
}

static CHARGE: Operation = Operation::new("shop::charge", TimedPolicy::new());

#[test]
fn what_a_team_must_see_is_a_warning() {
    let _clock = testing::pause();
    let lines = traced(|| {
        pay().unwrap_err();
        events::key_replayed(&CHARGE);
    });
    let open_for = lines[3].split_once(" breaker.open_for=").unwrap().1.parse::<f64>().unwrap();
    assert!(open_for > 0.0 && open_for <= 2.0, "in seconds");
    let expected = [
        r#"DEBUG [attempt failed] retry.operation="shop::pay" retry.attempt=1 error.type="Timeout""#,
        r#"DEBUG [retry scheduled] retry.operation="shop::pay" retry.attempt=2 error.type="Timeout" retry.delay=0.0"#,
        r#"DEBUG [attempt failed] retry.operation="shop::pay" retry.attempt=2 error.type="Timeout""#,
        &format!(
            r#"WARN [breaker changed] retry.operation="shop::pay" breaker.from="closed" breaker.to="open" breaker.open_for={open_for:?}"#
        ),
        r#"WARN [gave up] retry.operation="shop::pay" retry.attempt=2 error.type="Timeout" retry.stop_reason="breaker""#,
        r#"DEBUG [key replayed] retry.operation="shop::charge""#,
    ];
    assert_eq!(lines, expected);
}

#[retry(max_attempts = 4, retry_on = Timeout, backoff = fixed(60ms), jitter = none, budget = credit(14), name = "shop::search")]
fn search(answers: &mut Vec<Result<u32, Fault>>) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[test]
fn the_first_denial_of_an_operation_is_a_warning_that_says_what_to_write() {
    let _clock = testing::pause();
    let timeouts = || (0..4).map(|_| Err(Fault::Timeout)).collect::<Vec<_>>();
    let lines = traced(|| (0..2).for_each(|_| drop(search(&mut timeouts()))));
    let of = |what: &str, attempt: u32, rest: &str| {
        format!("{what} retry.operation=\"shop::search\" retry.attempt={attempt} {rest}")
    };
    let denied = |waited: &str| format!("error.type=\"Timeout\" {waited}");
    let advice = "WARN [the budget denied a retry, and the call ends with its last error: too few retries succeed. If that \
         is wrong for this operation, write `budget = credit(500)` for more retries at once, a budget of its own if it \
         shares one, or `budget = none` for no limit. Further denials of this operation are logged at DEBUG]";
    let first = denied("retry.budget.asked=3 retry.budget.granted=2 retry.budget.waited=0.064");
    let second = denied("retry.budget.asked=5 retry.budget.granted=3 retry.budget.waited=0.156");
    let expected = [
        of("DEBUG [waiting for the budget]", 2, "retry.budget.in_line=1"),
        of("DEBUG [budget granted]", 3, "retry.budget.waited=0.04"),
        of("DEBUG [waiting for the budget]", 3, "retry.budget.in_line=1"),
        of(advice, 3, &first),
        of("DEBUG [waiting for the budget]", 1, "retry.budget.in_line=1"),
        of("DEBUG [budget granted]", 2, "retry.budget.waited=0.08"),
        of("DEBUG [waiting for the budget]", 2, "retry.budget.in_line=1"),
        of("DEBUG [budget denied]", 2, &second),
    ];
    let about = |line: &&String| line.contains("retry.budget");
    assert_eq!(lines.iter().filter(about).collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
}

/// Sends in a span of its own, as an HTTP client that is traced does.
#[retry(max_attempts = 3, retry_on = Status(503), backoff = none, budget = none, name = "shop::send")]
fn send() -> Result<(), Fault> {
    let span = info_span!("http", http.request.resend_count = Empty);
    let _entered = span.enter();
    let _ = http::Request::new(()).with_attempt();
    Err(Fault::Status(503))
}

#[test]
fn the_span_of_a_request_records_its_resends() {
    let lines = traced(|| drop(send()));
    let spans: Vec<_> = lines.iter().filter(|line| line.starts_with("span")).collect();
    assert_eq!(spans, ["span http.request.resend_count=1", "span http.request.resend_count=2"]);
}
