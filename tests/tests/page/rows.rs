//! Text of the rows, and their order.

use retry_runtime::breaker::Breaker;
use retry_runtime::page::Page;
use retry_runtime::retry;
use retry_tests::Fault;

use crate::requests::{Answers, SECOND, TIMEOUT, get, order, row};

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, name = "sorted-healthy")]
fn sorted_healthy(answers: &mut Answers) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[retry(max_attempts = 2, retry_on = Timeout, backoff = none, budget = none, name = "sorted-degraded")]
fn sorted_degraded(answers: &mut Answers) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[retry(max_attempts = 2, retry_on = (Timeout, Unavailable), backoff = none, budget = none, name = "sorted-failing")]
fn sorted_failing(answers: &mut Answers) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[retry(max_attempts = 4, retry_on = Timeout, backoff = fixed(60ms), jitter = none, budget = credit(14), name = "queued")]
fn queued(answers: &mut Answers) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[retry(retry_on = Timeout, name = "queued-never")]
fn queued_never() -> Result<u32, Fault> {
    Ok(7)
}

#[test]
fn retries_that_waited_in_line_have_columns() {
    let _clock = retry_runtime::testing::pause();
    queued_never().unwrap();
    queued(&mut vec![Ok(7), TIMEOUT, TIMEOUT]).unwrap();
    queued(&mut vec![TIMEOUT, TIMEOUT, TIMEOUT, TIMEOUT]).unwrap_err();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let get = |query| runtime.block_on(async move { get(&Page::new(), query).await });
    let (html, sorted, ascending) = (get(""), get("?sort=in_line"), get("?sort=longest_wait&order=asc"));
    let row = row(&html, "queued");
    let cell = |class: &str, label: &str| {
        let (_, rest) = row.split_once(&format!("class=\"{class}\" data-label=\"{label}\">")).unwrap();
        rest.split_once('<').unwrap().0
    };
    assert_eq!((cell("in_line", "in line"), cell("longest_wait", "longest")), ("3", "64ms"));
    assert_eq!(cell("retries", "retries"), "4", "those that were made");
    assert!(
        row.contains("<span>failed on, and retry scheduled after</span><ul><li>Timeout <b>5</b></li></ul>"),
        "{row}"
    );
    assert_eq!(order(&sorted, "queued"), ["queued", "queued-never"]);
    assert_eq!(order(&ascending, "queued"), ["queued-never", "queued"]);
}

static DEAD: Breaker = Breaker::new();

#[retry(retry_on = Timeout, backoff = none, breaker = DEAD, name = "sorted-dead")]
fn sorted_dead() -> Result<u32, Fault> {
    TIMEOUT
}

#[tokio::test]
async fn it_says_how_each_operation_is_and_sorts_the_worst_first_or_as_asked() {
    (0..50).for_each(|_| drop(sorted_healthy(&mut vec![Ok(7)])));
    (0..9).for_each(|_| drop(sorted_degraded(&mut vec![Ok(7), TIMEOUT])));
    (0..20).for_each(|_| drop(sorted_failing(&mut vec![Err(Fault::Busy(SECOND / 1000)), TIMEOUT])));
    (0..30).for_each(|_| drop(sorted_dead()));
    let page = Page::new();
    let html = get(&page, "").await;
    assert_eq!(order(&html, "sorted-"), ["sorted-failing", "sorted-dead", "sorted-degraded", "sorted-healthy"]);
    for (name, health) in
        [("healthy", "healthy"), ("degraded", "degraded"), ("failing", "failing"), ("dead", "failing")]
    {
        let row = row(&html, &format!("sorted-{name}"));
        assert!(row.starts_with(&format!(" role=\"rowgroup\" class=\"{health}\"")), "{row}");
        assert!(row.contains(&format!("</span> {health}</span>")), "a word beside the mark: {row}");
    }
    let failing = row(&html, "sorted-failing");
    assert!(failing.contains("20 of 20 calls in the last minute needed a retry, 0 recovered, 20 lost"), "{failing}");
    assert!(
        failing.contains("<span>failed on</span><ul><li>Timeout <b>20</b></li><li>Unavailable <b>20</b></li></ul>"),
        "{failing}"
    );
    assert!(failing.contains("<span>gave up by</span><ul><li>attempts <b>20</b></li></ul>"), "{failing}");
    let dead = row(&html, "sorted-dead");
    assert!(dead.contains("<span class=\"open\">open</span>") && dead.contains("<li>breaker <b>"), "{dead}");
    assert!(!row(&html, "sorted-healthy").contains("class=\"details\""));

    let descending = get(&page, "?sort=calls").await;
    assert_eq!(order(&descending, "sorted-"), ["sorted-healthy", "sorted-dead", "sorted-failing", "sorted-degraded"]);
    let ascending = get(&page, "?sort=calls&order=asc").await;
    assert_eq!(order(&ascending, "sorted-"), ["sorted-degraded", "sorted-failing", "sorted-dead", "sorted-healthy"]);
    assert_eq!(order(&get(&page, "?sort=operation").await, "sorted-")[0], "sorted-dead");
    let header = "class=\"calls\" aria-sort=\"ascending\"><a id=\"sort-calls\" href=\"?sort=calls&amp;order=desc\"";
    assert!(
        ascending.contains(header) && descending.contains("href=\"?sort=calls&amp;order=asc\""),
        "the other way next"
    );
    assert!(
        html.contains("class=\"health\" aria-sort=\"descending\"") && !ascending.contains("aria-sort=\"descending\"")
    );
}
