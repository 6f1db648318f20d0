//! Policies as text: what is printed is what the attribute would say.

use std::time::Duration;

use proptest::prelude::*;
use retry_runtime::{Backoff, Class, Classes, Jitter, Policy};

fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn day(_: u32) -> Duration {
    millis(70)
}

#[test]
fn backoffs_are_written_as_in_the_attribute() {
    let (base, cap) = (millis(500), Duration::from_secs(4));
    let backoffs = [
        (Backoff::exponential(base, cap), "exp(500ms, 4s)"),
        (Backoff::exponential(base, cap).factor(1.5), "exp(500ms, 4s, factor = 1.5)"),
        (Backoff::linear(base, millis(250), cap), "linear(500ms, 250ms, 4s)"),
        (Backoff::fibonacci(base, cap), "fibonacci(500ms, 4s)"),
        (Backoff::fixed(millis(1500)), "fixed(1.5s)"),
        (Backoff::none(), "none"),
        (Backoff::custom(day), "custom"),
    ];
    for (backoff, text) in backoffs {
        assert_eq!(backoff.to_string(), text);
    }
}

#[test]
fn jitters_are_written_as_in_the_attribute() {
    let jitters = [
        (Jitter::full(), "full"),
        (Jitter::equal(), "equal"),
        (Jitter::proportional(0.25), "proportional(0.25)"),
        (Jitter::additive(millis(100)), "additive(100ms)"),
        (Jitter::decorrelated(), "decorrelated"),
        (Jitter::none(), "none"),
    ];
    for (jitter, text) in jitters {
        assert_eq!(jitter.to_string(), text);
    }
}

#[test]
fn classes_are_written_as_in_the_attribute() {
    let new = Classes::new;
    let sets = [
        (new(), ""),
        (new().status(503).timeout(), "Timeout, Status(503)"),
        (new().statuses(500..=504), "Status(500..=504)"),
        (new().timeout().statuses(500..=504), "Timeout, Status(500..=503)"),
        (new().malformed().transient(), "transient, Malformed"),
        (new().transient().status(501), "transient, Status(501)"),
        (
            new().transient().without(Class::Conflict),
            "Timeout, Connect, Disconnected, Throttled, Unavailable, Status(500), Status(502), Status(507), \
             Status(520..=524), Status(527)",
        ),
        (new().timeout().without(Class::Status(504)), "Timeout except Status(504)"),
        (new().status(599).status(400), "Status(400), Status(599)"),
    ];
    for (classes, text) in sets {
        assert_eq!(classes.to_string(), text);
    }
}

/// Reads what was written.
fn read(text: &str) -> Classes {
    let mut halves = text.split(" except ");
    let kept = listed(halves.next().unwrap_or_default());
    kept.minus(&listed(halves.next().unwrap_or_default()))
}

fn listed(text: &str) -> Classes {
    text.split(", ").filter(|item| !item.is_empty()).fold(Classes::new(), |classes, item| match item {
        "transient" => classes.transient(),
        "Timeout" => classes.timeout(),
        "Connect" => classes.connect(),
        "Disconnected" => classes.disconnected(),
        "Throttled" => classes.throttled(),
        "Unavailable" => classes.unavailable(),
        "Conflict" => classes.conflict(),
        "Malformed" => classes.malformed(),
        status => {
            let range = status.trim_start_matches("Status(").trim_end_matches(')');
            let (first, last) = range.split_once("..=").unwrap_or((range, range));
            classes.statuses(first.parse().expect("a status")..=last.parse().expect("a status"))
        }
    })
}

proptest! {
    #[test]
    fn classes_that_are_read_again_are_the_same(
        named in proptest::collection::vec(0_usize..7, 0..7),
        statuses in proptest::collection::vec((400_u16..600, 0_u16..5), 0..6),
        without in proptest::collection::vec(400_u16..600, 0..20),
        is_transient: bool,
    ) {
        use Class::{Conflict, Connect, Disconnected, Malformed, Throttled, Timeout, Unavailable};
        let all = [Timeout, Connect, Disconnected, Throttled, Unavailable, Conflict, Malformed];
        let mut classes = if is_transient { Classes::new().transient() } else { Classes::new() };
        classes = named.iter().fold(classes, |classes, &index| classes.with(all[index]));
        classes = statuses.iter().fold(classes, |classes, &(first, more)| classes.statuses(first..=(first + more).min(599)));
        classes = without.iter().fold(classes, |classes, &status| classes.without(Class::Status(status)));
        prop_assert_eq!(read(&classes.to_string()), classes, "{}", classes);
    }

    #[test]
    fn the_windows_add_up_to_the_worst_case(
        attempts in 2_u32..=100,
        base in 1_u64..5_000,
        more in 0_u64..100_000,
        backoff in 0_usize..5,
        jitter in 0_usize..6,
        is_throttled: bool,
    ) {
        let (base, cap) = (millis(base), millis(base + more));
        let backoff = [
            Backoff::exponential(base, cap),
            Backoff::exponential(base, cap).factor(1.7),
            Backoff::linear(base, millis(33), cap),
            Backoff::fibonacci(base, cap),
            Backoff::fixed(base),
        ][backoff];
        let jitter = [
            Jitter::full(),
            Jitter::equal(),
            Jitter::proportional(0.3),
            Jitter::additive(millis(70)),
            Jitter::decorrelated(),
            Jitter::none(),
        ][jitter];
        let classes = if is_throttled { Classes::new().throttled() } else { Classes::new().timeout() };
        let policy = Policy::builder().retry_on(classes).max_attempts(attempts).backoff(backoff).jitter(jitter).build();
        let policy = policy.expect("it obeys the rules");
        let windows: Vec<_> = policy.delay_windows().collect();
        prop_assert_eq!(windows.len(), attempts as usize - 1);
        prop_assert!(windows.iter().all(|window| window.start() <= window.end()));
        let sum: Duration = windows.iter().map(|window| *window.end()).sum();
        prop_assert_eq!(Some(sum), policy.worst_case().delays());
    }
}

#[test]
fn a_custom_backoff_is_run_for_its_windows() {
    let policy = Policy::new().retry_on(Classes::new().timeout()).backoff(Backoff::custom(day)).jitter(Jitter::none());
    assert_eq!(policy.delay_windows().collect::<Vec<_>>(), [millis(70)..=millis(70), millis(70)..=millis(70)]);
}
