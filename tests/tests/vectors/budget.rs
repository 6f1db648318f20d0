//! Budgets against the tests of others, unchanged: `credit_budget.json` from the AWS SDKs, `ratio_budget.json` from
//! Finagle.

use std::cell::RefCell;
use std::time::Duration;

use retry_runtime::{
    Backoff, Budget, Class, Classes, Classify, Decision, Delays, Failure, Jitter, Moment, Policy, Progress, StopReason,
    Withdrawal, retry, testing,
};
use serde_json::Value;

/// Runners of the calls of a case: the core types alone, or annotated functions.
trait Caller {
    /// A call that begins.
    fn begin(&mut self);
    /// The next attempt of the call has this outcome: the wait before the next one, or why there is none.
    fn attempt(&mut self, failure: Option<Class>) -> Result<Duration, &'static str>;
    /// The tokens that the budget has now.
    fn tokens(&self) -> u64;
}

struct Case {
    name: String,
    tokens: u64,
    policy: Policy,
    calls: Vec<Vec<Step>>,
}

struct Step {
    failure: Option<Class>,
    /// `None`: a retry.
    stop: Option<String>,
    tokens: u64,
    wait: Option<Duration>,
}

fn credit() -> Value {
    serde_json::from_str(include_str!("../../vectors/credit_budget.json")).expect("the vectors are JSON")
}

fn number(value: &Value) -> u64 {
    value.as_u64().expect("a number")
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn millis(value: &Value) -> Duration {
    Duration::from_millis(number(value))
}

fn or<'a>(value: &'a Value, default: &'a Value) -> &'a Value {
    if value.is_null() { default } else { value }
}

fn step(value: &Value) -> Step {
    let failure = match value[0].as_str().expect("a response") {
        "ok" => None,
        "T" => Some(Class::Unavailable),
        "Th" => Some(Class::Throttled),
        other => panic!("unknown response {other}"),
    };
    let outcome = value[1].as_str().expect("an outcome");
    Step {
        failure,
        stop: (outcome != "retry").then(|| outcome.to_owned()),
        tokens: number(&value[2]),
        wait: (!value[3].is_null()).then(|| millis(&value[3])),
    }
}

fn cases(vectors: &Value) -> Vec<Case> {
    let case = |case: &Value| {
        let cap = millis(or(&case["cap_ms"], &vectors["cap_ms"]));
        let base = millis(or(&case["base_ms"], &vectors["base_ms"]["transient"]));
        let throttled = millis(&vectors["base_ms"]["throttling"]);
        let attempts = u32::try_from(number(&case["max"])).expect("few attempts");
        let policy = Policy::new()
            .retry_on(Classes::new().transient())
            .max_attempts(attempts)
            .backoff(Backoff::exponential(base, cap))
            .throttled_backoff(Backoff::exponential(throttled, Duration::from_secs(20)))
            .jitter(Jitter::none());
        let steps = |steps: &Value| list(steps).iter().map(step).collect::<Vec<_>>();
        let calls = match &case["calls"] {
            Value::Null => vec![steps(&case["steps"])],
            calls => list(calls).iter().map(steps).collect(),
        };
        let name = case["name"].as_str().expect("a name").to_owned();
        Case { name, tokens: number(&case["tokens"]), policy, calls }
    };
    list(&vectors["cases"]).iter().map(case).collect()
}

fn carry_out(case: &Case, caller: &mut impl Caller) {
    assert_eq!(caller.tokens(), case.tokens, "{} begins", case.name);
    for call in &case.calls {
        caller.begin();
        for (number, step) in call.iter().enumerate() {
            let at = format!("{}, attempt {}", case.name, number + 1);
            match caller.attempt(step.failure) {
                Ok(wait) => {
                    assert_eq!(step.stop, None, "{at}");
                    assert_eq!(step.wait, Some(wait), "{at}");
                }
                Err(stop) => assert_eq!(step.stop.as_deref(), Some(stop), "{at}"),
            }
            assert_eq!(caller.tokens(), step.tokens, "{at}");
        }
    }
}

/// The types alone: a decision, then a draw.
struct Types<'a> {
    policy: &'a Policy,
    budget: &'a Budget,
    progress: Progress,
    receipt: Withdrawal,
    attempts: u32,
}

impl<'a> Types<'a> {
    fn new(policy: &'a Policy, budget: &'a Budget, attempts: u32) -> Self {
        Self { policy, budget, progress: Progress::new(), receipt: Withdrawal::new(), attempts }
    }
}

impl Caller for Types<'_> {
    fn begin(&mut self) {
        self.budget.end(&mut self.receipt);
        self.progress = Progress::new();
        self.receipt = self.budget.begin(|| Moment::ORIGIN);
    }

    fn attempt(&mut self, failure: Option<Class>) -> Result<Duration, &'static str> {
        self.progress.begin_attempt();
        let Some(class) = failure else {
            self.budget.record_success(&mut self.receipt, self.attempts);
            return Err("ok");
        };
        match self.progress.decide(self.policy.as_timed(), Failure::new(class), || Moment::ORIGIN, || 0) {
            Decision::Stop(StopReason::Attempts) => Err("max_attempts"),
            Decision::Stop(reason) => panic!("stopped by {reason}"),
            Decision::Retry(wait) => {
                let drawn = self.budget.withdraw(&mut self.receipt, class, self.attempts, || Moment::ORIGIN);
                if drawn { Ok(wait) } else { Err("quota") }
            }
        }
    }

    fn tokens(&self) -> u64 {
        self.budget.left(self.attempts, || Moment::ORIGIN)
    }
}

/// Calls that fail, or succeed, until the budget has so many tokens.
fn bring_to(tokens: u64, budget: &Budget) {
    while budget.left(2, || Moment::ORIGIN) > tokens {
        assert!(budget.withdraw(&mut Withdrawal::new(), Class::Throttled, 2, || Moment::ORIGIN));
    }
    while budget.left(2, || Moment::ORIGIN) < tokens {
        budget.record_first_success();
    }
}

#[test]
fn a_credit_on_awss_terms_is_awss() {
    let vectors = credit();
    let cases = cases(&vectors);
    assert_eq!(cases.len(), 10);
    for case in &cases {
        let budget = Budget::aws();
        assert_eq!(budget.left(3, || Moment::ORIGIN), number(&vectors["tokens"]), "as much as there can be");
        bring_to(case.tokens, &budget);
        carry_out(case, &mut Types::new(&case.policy, &budget, 3));
    }
}

/// The trace of a call: each delay with the tokens after its withdrawal, and the stop reason.
#[derive(Default)]
struct Seen {
    retries: Vec<(Duration, u64)>,
    stop: Option<StopReason>,
}

struct Failed(Class);

impl Classify for Failed {
    fn class(&self) -> Class {
        self.0
    }
}

/// Fails as the script says, step by step.
#[retry(
    policy = policy,
    budget = budget,
    read_once = allow,
    on_retry = |attempt, _| seen.borrow_mut().retries.push((attempt.next_delay(), budget.left(3, || Moment::ORIGIN))),
    fallback = |attempt, error| {
        seen.borrow_mut().stop = Some(attempt.stop_reason());
        Err(error)
    },
)]
fn scripted(
    policy: &Policy,
    budget: &Budget,
    script: &mut impl Iterator<Item = Option<Class>>,
    seen: &RefCell<Seen>,
) -> Result<(), Failed> {
    script.next().expect("a step for each attempt").map_or(Ok(()), |class| Err(Failed(class)))
}

#[retry(
    policy = policy,
    budget = budget,
    read_once = allow,
    on_retry = |attempt, _| seen.borrow_mut().retries.push((attempt.next_delay(), budget.left(3, || Moment::ORIGIN))),
    fallback = |attempt, error| {
        seen.borrow_mut().stop = Some(attempt.stop_reason());
        Err(error)
    },
)]
async fn scripted_async(
    policy: &Policy,
    budget: &Budget,
    script: &mut impl Iterator<Item = Option<Class>>,
    seen: &RefCell<Seen>,
) -> Result<(), Failed> {
    script.next().expect("a step for each attempt").map_or(Ok(()), |class| Err(Failed(class)))
}

fn compare(case: &Case, steps: &[Step], seen: &Seen, tokens: u64) {
    let (last, retries) = steps.split_last().expect("a step");
    let expected: Vec<_> = retries.iter().map(|step| (step.wait.expect("a wait"), step.tokens)).collect();
    assert_eq!(seen.retries, expected, "{}", case.name);
    let stop = match seen.stop {
        None => "ok",
        Some(StopReason::Attempts) => "max_attempts",
        Some(StopReason::Budget) => "quota",
        Some(other) => panic!("stopped by {other}"),
    };
    assert_eq!((last.stop.as_deref(), tokens), (Some(stop), last.tokens), "{}", case.name);
}

#[tokio::test(start_paused = true)]
async fn a_credit_on_awss_terms_is_awss_through_annotated_functions() {
    let _clock = testing::pause();
    for case in &cases(&credit()) {
        for is_async in [false, true] {
            let budget = Budget::aws();
            bring_to(case.tokens, &budget);
            for steps in &case.calls {
                let (mut script, seen) = (steps.iter().map(|step| step.failure), RefCell::default());
                let _ = if is_async {
                    scripted_async(&case.policy, &budget, &mut script, &seen).await
                } else {
                    scripted(&case.policy, &budget, &mut script, &seen)
                };
                assert!(script.next().is_none(), "{}: an attempt for each step", case.name);
                compare(case, steps, &seen.into_inner(), budget.left(3, || Moment::ORIGIN));
            }
        }
    }
}

#[test]
fn a_retry_costs_what_aws_asks_for_it() {
    let vectors = credit();
    for (class, name) in
        [(Class::Unavailable, "transient"), (Class::Timeout, "timeout"), (Class::Status(429), "throttling")]
    {
        let budget = Budget::aws();
        assert!(budget.withdraw(&mut Withdrawal::new(), class, 3, || Moment::ORIGIN));
        assert_eq!(500 - budget.left(3, || Moment::ORIGIN), number(&vectors["cost"][name]), "{name}");
    }
}

/// Server hints below AWS's own bound of five seconds above the delay; ours ends the call above `max_retry_after`.
#[test]
fn the_waits_of_the_same_file_are_ours() {
    let vectors = credit();
    let backoff = Backoff::exponential(Duration::from_millis(50), millis(&vectors["cap_ms"]));
    let expected = list(&vectors["range_n1_11"]);
    let ours: Vec<_> = Delays::new(backoff, Jitter::none()).take(expected.len()).collect();
    let theirs: Vec<_> = expected.iter().map(|wait| Duration::from_secs_f64(wait.as_f64().expect("seconds"))).collect();
    assert_eq!(ours, theirs);

    let policy = Policy::new().retry_on(Classes::new().transient()).backoff(backoff).jitter(Jitter::none());
    for pair in list(&vectors["hint_ms_to_delay_ms"]) {
        let hint = pair[0].as_str().expect("a header").parse().map_or(Duration::ZERO, Duration::from_millis);
        if hint < Duration::from_secs(5) {
            let mut progress = Progress::new();
            progress.begin_attempt();
            let failure = Failure::new(Class::Unavailable).retry_after(hint);
            let decision = progress.decide(policy.as_timed(), failure, || Moment::ORIGIN, || 0);
            assert_eq!(decision, Decision::Retry(millis(&pair[1])), "{pair}");
        }
    }
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = budget)]
fn tries_twice(budget: &Budget, tried: &mut u64) -> Result<(), Failed> {
    *tried += 1;
    Err(Failed(Class::Timeout))
}

/// Number of retries that annotated functions are granted while time stands still.
fn granted_to_calls(float: &impl Fn(&str) -> f64, window: Duration, calls: u64) -> u64 {
    let _clock = testing::pause();
    let budget = Budget::try_ratio(float("pct"), window, float("min")).expect("a possible ratio");
    let mut tried = 0;
    for _ in 0..calls {
        assert!(tries_twice(&budget, &mut tried).is_err());
    }
    tried - calls
}

#[test]
fn a_ratio_grants_what_finagles_does() {
    let vectors: Value =
        serde_json::from_str(include_str!("../../vectors/ratio_budget.json")).expect("the vectors are JSON");
    let (calls, tolerance) = (number(&vectors["n"]), number(&vectors["tolerance"]));
    let cases = list(&vectors["cases"]);
    assert_eq!(cases.len(), 14);
    for case in cases {
        let float = |key: &str| case[key].as_f64().expect("a number");
        let window = Duration::from_secs(number(&case["ttl"]));
        assert_eq!(granted_to_calls(&float, window, calls), number(&case["granted"]), "{case}, through calls");
        for now in [0, 1, 123_456_789_012_345, u64::MAX] {
            let budget = Budget::try_ratio(float("pct"), window, float("min")).expect("a possible ratio");
            let mut granted = 0;
            for _ in 0..calls {
                let mut receipt = budget.begin(|| Moment::from_nanos(now));
                granted += u64::from(budget.withdraw(&mut receipt, Class::Timeout, 3, || Moment::from_nanos(now)));
                budget.end(&mut receipt);
            }
            let expected = number(&case["granted"]);
            assert!(granted.abs_diff(expected) <= tolerance, "{granted} in {case}");
            assert!(granted <= expected, "{granted} in {case}: more than the share");
        }
    }
}
