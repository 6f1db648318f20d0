//! Calls of blocking functions, on a clock that is moved.

use std::cell::RefCell;
use std::io::{self, ErrorKind};
use std::sync::mpsc;
use std::time::Duration;

use retry_runtime::testing::{self, Paused};
use retry_runtime::{Attempt, Backoff, Class, Classes, Classify, Delays, Jitter, Policy, StopReason, Stopped, retry};

#[derive(Debug, PartialEq, Eq)]
enum Fault {
    Timeout,
    Bad,
    Stopped(StopReason),
}

impl Classify for Fault {
    fn class(&self) -> Class {
        if *self == Self::Timeout { Class::Timeout } else { Class::Permanent }
    }
}

impl From<Stopped> for Fault {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped.reason())
    }
}

#[retry(retry_on = Timeout, max_attempts = 4, backoff = exp(1s, 2s), jitter = none, budget = none)]
fn fails(times: u32, tried: &mut u32) -> Result<u32, Fault> {
    *tried += 1;
    if *tried <= times { Err(Fault::Timeout) } else { Ok(*tried) }
}

#[test]
fn it_waits_and_tries_again_until_it_succeeds() {
    let clock = testing::pause();
    assert_eq!(fails(3, &mut 0), Ok(4));
    assert_eq!(clock.elapsed(), Duration::from_secs(1 + 2 + 2));
}

#[test]
fn it_gives_the_last_error_when_no_attempt_is_left_and_does_not_wait_for_nothing() {
    let clock = testing::pause();
    let mut tried = 0;
    assert_eq!(fails(9, &mut tried), Err(Fault::Timeout));
    assert_eq!((tried, clock.elapsed()), (4, Duration::from_secs(5)));
}

#[retry(retry_on = Timeout)]
fn permanent(tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Err(Fault::Bad)
}

#[test]
fn what_is_not_listed_is_not_retried() {
    let mut tried = 0;
    assert_eq!(permanent(&mut tried), Err(Fault::Bad));
    assert_eq!(tried, 1);
}

#[retry(retry_on = Timeout, max_attempts = 9, backoff = fixed(1s), jitter = none, deadline = 10s, budget = none)]
fn slow(clock: &Paused, work: Duration, tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    clock.advance(work);
    Err(Fault::Timeout)
}

#[test]
fn the_deadline_counts_attempts_and_is_not_overslept() {
    let clock = testing::pause();
    let mut tried = 0;
    assert_eq!(slow(&clock, Duration::from_secs(2), &mut tried), Err(Fault::Timeout));
    // Attempts begin at 0, 3, 6 and 9 s; the one after 11 s would not.
    assert_eq!((tried, clock.elapsed()), (4, Duration::from_secs(11)));
}

#[test]
fn the_first_attempt_is_always_made() {
    let clock = testing::pause();
    let mut tried = 0;
    assert_eq!(slow(&clock, Duration::from_mins(1), &mut tried), Err(Fault::Timeout));
    assert_eq!((tried, clock.elapsed()), (1, Duration::from_mins(1)));
}

#[retry(retry_on = Timeout, max_attempts = 100, backoff = fixed(1s), jitter = none, deadline = left, budget = none)]
fn until(left: Duration, tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Err(Fault::Timeout)
}

#[retry(retry_on = Timeout, backoff = none, deadline = 2500ms)]
fn outer(tried: &mut u32) -> Result<(), Fault> {
    until(Duration::from_hours(1), tried)
}

#[test]
fn an_argument_can_be_the_deadline_and_it_flows_inward() {
    let clock = testing::pause();
    let mut tried = 0;
    assert_eq!(until(Duration::from_millis(4500), &mut tried), Err(Fault::Timeout));
    assert_eq!((tried, clock.elapsed()), (5, Duration::from_secs(4)));
    drop(clock);

    let clock = testing::pause();
    assert_eq!(outer(&mut 0), Err(Fault::Timeout));
    assert!(clock.elapsed() <= Duration::from_millis(2500), "{:?}", clock.elapsed());
}

#[retry(
    retry_on = Timeout, max_attempts = unbounded, backoff = exp(1s, 60s), jitter = none,
    cancel = || clock.elapsed() >= Duration::from_millis(5505),
)]
fn cancelled(clock: &Paused, tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Err(Fault::Timeout)
}

#[test]
fn cancelling_ends_the_wait_with_the_last_error() {
    let clock = testing::pause();
    let mut tried = 0;
    assert_eq!(cancelled(&clock, &mut tried), Err(Fault::Timeout));
    assert_eq!((tried, clock.elapsed()), (3, Duration::from_millis(5510)));
}

#[retry(
    retry_on = Timeout, backoff = exp(1s, 9s), jitter = none, context = attempt,
    on_retry = |attempt: &Attempt, error: &Fault| seen.push(format!("{} {error:?} {:?}", attempt.number(), attempt.next_delay())),
    fallback = |attempt, error| { let _ = error; Ok(format!("{} {}", attempt.number(), attempt.stop_reason())) },
)]
fn watched(seen: &mut Vec<String>) -> Result<String, Fault> {
    seen.push(format!(
        "{} of {:?} after {:?}, {:?}",
        attempt.number(),
        attempt.left(),
        attempt.elapsed(),
        attempt.last_class()
    ));
    Err(Fault::Timeout)
}

#[test]
fn context_hook_and_fallback_see_each_attempt() {
    let _clock = testing::pause();
    let mut seen = Vec::new();
    assert_eq!(watched(&mut seen).as_deref(), Ok("3 no attempts left"));
    let expected = [
        "1 of Some(2) after 0ns, None",
        "1 Timeout 1s",
        "2 of Some(1) after 1s, Some(Timeout)",
        "2 Timeout 2s",
        "3 of Some(0) after 3s, Some(Timeout)",
    ];
    assert_eq!(seen, expected);
}

#[retry(retry_on = Timeout, deadline = 4s, backoff = fixed(1s), jitter = none, on_retry = |_, _| clock.advance(repair))]
fn repaired(clock: &Paused, repair: Duration, tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Err(Fault::Timeout)
}

#[test]
fn the_deadline_is_looked_at_again_after_the_hook() {
    let clock = testing::pause();
    let mut tried = 0;
    assert_eq!(repaired(&clock, Duration::from_secs(3), &mut tried), Err(Fault::Timeout));
    assert_eq!((tried, clock.elapsed()), (1, Duration::from_secs(3)));
}

#[retry(retry_on = Timeout, on_retry = |_, _| Err(Fault::Bad))]
fn beyond_repair(tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    Err(Fault::Timeout)
}

#[test]
fn a_hook_that_fails_ends_the_call_with_its_error() {
    let clock = testing::pause();
    let mut tried = 0;
    assert_eq!(beyond_repair(&mut tried), Err(Fault::Bad));
    assert_eq!((tried, clock.elapsed()), (1, Duration::ZERO));
}

#[retry(retry_on = None, backoff = fixed(1s), jitter = none)]
fn found(tried: &mut u32) -> Option<u32> {
    *tried += 1;
    (*tried == 3).then_some(*tried)
}

#[retry(retry_ok = |page: &Vec<u8>| page.is_empty(), backoff = none)]
fn page(tried: &mut u32, full_at: u32) -> Result<Vec<u8>, String> {
    *tried += 1;
    Ok(if *tried == full_at { vec![1] } else { vec![] })
}

#[test]
fn options_and_refused_successes_are_retried() {
    let _clock = testing::pause();
    assert_eq!(found(&mut 0), Some(3));
    assert_eq!(page(&mut 0, 2), Ok(vec![1]));
    let mut tried = 0;
    assert_eq!(page(&mut tried, 9), Ok(vec![]), "refused to the end, returned as it is");
    assert_eq!(tried, 3);
}

struct Store {
    retry: Policy,
    tried: u32,
}

impl Store {
    #[retry(policy = self.retry)]
    fn read(&mut self) -> io::Result<u32> {
        self.tried += 1;
        Err(ErrorKind::ConnectionReset.into())
    }

    #[retry(policy = self.retry, max_attempts = 2)]
    fn read_twice(&mut self) -> io::Result<u32> {
        self.tried += 1;
        Err(ErrorKind::ConnectionReset.into())
    }
}

#[test]
fn a_policy_from_configuration_is_asked_at_each_call() {
    let _clock = testing::pause();
    let policy =
        |attempts| Policy::builder().retry_on(Classes::new().transient()).max_attempts(attempts).build().unwrap();
    let mut store = Store { retry: policy(1), tried: 0 };
    assert!(store.read().is_err());
    assert_eq!(store.tried, 1, "one attempt turns retries off");
    store.retry = policy(5);
    assert!(store.read().is_err());
    assert_eq!(store.tried, 1 + 5);
    assert!(store.read_twice().is_err());
    assert_eq!(store.tried, 1 + 5 + 2, "an option beside it overrides it");
}

#[test]
fn an_expression_is_retried_by_the_same_core() {
    const POLICY: Policy = Policy::new()
        .retry_on(Classes::new().disconnected())
        .backoff(Backoff::fixed(Duration::from_secs(1)))
        .jitter(Jitter::none());
    let clock = testing::pause();
    let mut tried = 0;
    let answer = retry_runtime::call_blocking(&POLICY, || {
        tried += 1;
        if tried < 3 { Err(io::Error::from(ErrorKind::BrokenPipe)) } else { Ok(tried) }
    });
    assert_eq!(answer.unwrap(), 3);
    assert_eq!(clock.elapsed(), Duration::from_secs(2));
    assert_eq!(Delays::from_policy(&POLICY).take(2).sum::<Duration>(), Duration::from_secs(2));
}

#[test]
fn an_expression_has_an_end_whatever_its_policy() {
    const ENDLESS: Policy = Policy::new().retry_on(Classes::new().disconnected()).unbounded();
    let _clock = testing::pause();
    let mut tried = 0;
    let answer: io::Result<()> = retry_runtime::call_blocking(&ENDLESS, || {
        tried += 1;
        Err(ErrorKind::BrokenPipe.into())
    });
    assert!(answer.is_err());
    assert_eq!(tried, 100);
}

#[retry(retry_on = Timeout, backoff = none)]
fn with_attributes_inside(tried: &mut u32) -> Result<u32, Fault> {
    #![expect(unused_variables, reason = "an attribute at the body's head says something of the whole function")]
    let nothing = 0;
    *tried += 1;
    if *tried < 3 { Err(Fault::Timeout) } else { Ok(*tried) }
}

#[test]
fn attributes_at_the_bodys_head_stay_with_the_function() {
    assert_eq!(with_attributes_inside(&mut 0), Ok(3));
}

#[retry(retry_on = Timeout, backoff = none, budget = none)]
fn second_time(tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    if *tried < 2 { Err(Fault::Timeout) } else { Ok(()) }
}

/// Its context is a link of the chain, since there are retries inside its retries.
#[retry(max_attempts = 9, retry_on = Timeout, backoff = fixed(1ms), budget = none)]
fn layered(tried: &mut u32) -> Result<(), Fault> {
    *tried += 1;
    second_time(&mut 0)?;
    Err(Fault::Timeout)
}

/// Retries while its thread ends, when the thread's own context is gone.
struct AtTheEnd(mpsc::Sender<u32>);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        let mut tried = 0;
        let _ = layered(&mut tried);
        let _ = self.0.send(tried);
    }
}

thread_local! {
    static AT_THE_END: RefCell<Option<AtTheEnd>> = const { RefCell::new(None) };
}

#[test]
fn a_thread_may_retry_to_its_very_end() {
    // Once a test has paused it, tokio's clock panics in a thread that ends.
    if !retry_tests::is_own_process(module_path!(), "a_thread_may_retry_to_its_very_end") {
        return;
    }
    let (sender, tried) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        AT_THE_END.set(Some(AtTheEnd(sender))); // before the context, so it is dropped after it
        layered(&mut 0)
    });
    assert_eq!(thread.join().expect("it does not panic"), Err(Fault::Timeout));
    assert!(tried.recv().is_ok_and(|tried| tried > 1));
}
