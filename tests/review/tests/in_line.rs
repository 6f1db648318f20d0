//! Time in line, in the table and in the charts: of each kind of budget, within the deadline.

#![allow(dead_code)] // registered without being called

use retry_runtime::review::{Review, ReviewedOperation};
use retry_runtime::{Budget, KeyedBudget, Policy, retry};

static PAYMENTS: Budget = Budget::credit().wait(std::time::Duration::from_secs(2));
static SLOW: Budget = Budget::ratio(0.1, std::time::Duration::from_secs(10));
static PER_USER: KeyedBudget<u64> = KeyedBudget::new(Budget::credit());
const LONGEST: std::time::Duration = std::time::Duration::from_millis(1500);
const TEN_SECONDS: std::time::Duration = std::time::Duration::from_secs(10);

macro_rules! operations {
    ($($name:ident: ($($options:tt)*);)*) => {$(
        #[retry(retry_on = transient, $($options)*)]
        fn $name() -> std::io::Result<()> {
            Ok(())
        }
    )*};
}

operations! {
    default: ();
    default_within_a_deadline: (deadline = 5s);
    with_a_rest: (budget = credit(500));
    with_a_wait: (budget = credit(wait = 10s));
    with_a_wait_within_a_deadline: (budget = credit(500, wait = TEN_SECONDS), deadline = 5s);
    with_a_constant: (budget = credit(wait = LONGEST));
    without_a_wait: (budget = credit(wait = none));
    without_a_budget: (budget = none);
    as_aws: (budget = credit(aws));
    ratio: (budget = ratio(0.1, 10s));
    in_flight: (budget = in_flight(0.2, 3));
    shared: (budget = PAYMENTS);
    shared_ratio: (budget = SLOW);
    unbounded: (max_attempts = unbounded, deadline = 1h);
    unbounded_within_a_budget: (max_attempts = unbounded, deadline = 1h, budget = PAYMENTS);
}

#[retry(retry_on = transient, deadline = patience)]
fn deadline_per_call(patience: std::time::Duration) -> std::io::Result<std::time::Duration> {
    Ok(patience)
}

#[retry(retry_on = transient, policy = policy)]
fn policy_per_call(policy: &Policy) -> std::io::Result<Policy> {
    Ok(policy.clone())
}

#[retry(retry_on = transient, budget = PER_USER.get(&user))]
fn per_call(user: u64) -> std::io::Result<u64> {
    Ok(user)
}

macro_rules! limited {
    ($($name:ident: ($($options:tt)*);)*) => {$(
        #[retry($($options)*)]
        fn $name() -> std::io::Result<()> {
            Ok(())
        }
    )*};
}

limited! {
    limited_in_time: (retry_on = Connect up_to 60s);
    limited_in_time_and_number: (retry_on = (Connect up_to 60s, Disconnected up_to 90s, Throttled up_to 6));
    limited_in_time_beside_others: (retry_on = (transient, Connect up_to 60s));
    limited_in_number: (retry_on = Connect up_to 6);
    limited_in_time_within_a_wait: (retry_on = Connect up_to 60s, budget = PAYMENTS);
    limited_in_time_within_a_deadline: (retry_on = (transient, Connect up_to 60s), deadline = 80s);
    limited_in_time_without_a_wait: (retry_on = Connect up_to 60s, budget = credit(wait = none));
}

const EXPECTED: [(&str, &str, &str); 25] = [
    ("as_aws", "-", "`credit(aws)`"),
    ("deadline_per_call", "30s", "`credit`"),
    ("default", "30s", "`credit`"),
    ("default_within_a_deadline", "5s", "`credit`"),
    ("in_flight", "-", "`in_flight(0.2, 3)`"),
    ("limited_in_number", "30s", "`credit`"),
    ("limited_in_time", "1m", "`credit`"),
    ("limited_in_time_and_number", "3m", "`credit`"),
    ("limited_in_time_beside_others", "90s", "`credit`"),
    ("limited_in_time_within_a_deadline", "80s", "`credit`"),
    ("limited_in_time_within_a_wait", "2s", "`PAYMENTS`: `credit(wait = 2s)`"),
    ("limited_in_time_without_a_wait", "-", "`credit(wait = none)`"),
    ("per_call", "by `PER_USER.get(&user)`", "`PER_USER.get(&user)`"),
    ("policy_per_call", "30s", "`credit`"),
    ("ratio", "-", "`ratio(0.1, 10s, reserve = 0.1)`"),
    ("shared", "2s", "`PAYMENTS`: `credit(wait = 2s)`"),
    ("shared_ratio", "-", "`SLOW`: `ratio(0.1, 10s, reserve = 0.1)`"),
    ("unbounded", "-", "none"),
    ("unbounded_within_a_budget", "2s", "`PAYMENTS`: `credit(wait = 2s)`"),
    ("with_a_constant", "1.5s", "`credit(wait = 1.5s)`"),
    ("with_a_rest", "30s", "`credit(500)`"),
    ("with_a_wait", "10s", "`credit(wait = 10s)`"),
    ("with_a_wait_within_a_deadline", "5s", "`credit(500, wait = 10s)`"),
    ("without_a_budget", "-", "none"),
    ("without_a_wait", "-", "`credit(wait = none)`"),
];

/// Returns the names, and two cells each: time in line and budget.
fn cells(review: &str) -> Vec<(String, String, String)> {
    let rows = review.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<_> = row.trim_matches(['|', ' ']).split(" | ").collect();
        let name = cells[0].trim_start_matches("`in_line::").trim_end_matches("` blocking");
        (name.into(), cells[5].into(), cells[7].into())
    })
    .collect()
}

#[test]
fn the_table_has_the_longest_time_in_line() {
    let review = Review::module("in_line").to_string();
    let expected = EXPECTED.map(|(name, wait, budget)| (name.into(), wait.into(), budget.into()));
    assert_eq!(cells(&review), expected);
}

fn of(name: &str) -> ReviewedOperation {
    let review = Review::module("in_line");
    *review.operations().iter().find(|of| of.name() == format!("in_line::{name}")).unwrap()
}

#[test]
fn a_chart_names_the_time_in_line_apart_from_the_delays() {
    for (name, wait, _) in EXPECTED {
        if name == "policy_per_call" {
            continue; // the schedule is unknown
        }
        let words = match wait {
            "-" => None,
            "by `PER_USER.get(&user)`" => {
                Some("time in line for the budget `PER_USER.get(&amp;user)`, up to its longest wait".to_owned())
            }
            wait => Some(format!("up to {wait} in line for the budget while the service answers")),
        };
        let svg = of(name).svg();
        match words {
            Some(words) => {
                assert!(svg.contains(&format!("Not drawn: {words}.</desc>")), "{svg}");
                assert!(svg.contains(&format!(">and {words}</text>")), "{svg}");
            }
            None => assert!(!svg.contains("in line"), "{svg}"),
        }
    }
}

#[test]
fn a_callers_deadline_is_not_compared_with_time_in_line() {
    let findings = Review::module("in_line").calls("in_line::default_within_a_deadline", "in_line::default").lint();
    assert!(!findings.to_string().contains("deadline of"), "{findings}");
}
