//! The lines, and the task that draws them.

use futures_util::FutureExt;
use retry_runtime::page::Page;
use retry_runtime::retry;
use retry_tests::Fault;
use tokio::runtime::Handle;
use tokio::time::{advance, sleep};

use crate::requests::{Answers, SECOND, TIMEOUT, get, row};

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none, name = "drawn")]
async fn drawn(answers: &mut Answers) -> Result<u32, Fault> {
    answers.pop().unwrap()
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none, name = "drawn-later")]
async fn drawn_later() -> Result<u32, Fault> {
    Ok(7)
}

/// The points of the first line in these rows.
fn points(row: &str) -> usize {
    let Some((_, line)) = row.split_once("<polyline points=\"") else { return 0 };
    line.split_once('"').unwrap().0.split(' ').count()
}

#[tokio::test(start_paused = true)]
async fn lines_are_of_the_last_five_minutes_a_point_every_two_seconds() {
    drawn(&mut vec![Ok(7)]).await.unwrap();
    let page = Page::new();
    assert!(row(&get(&page, "").await, "drawn").contains("<title>retries per second: no data yet</title>"));
    sleep(SECOND).await;
    for second in 0..20 {
        drawn(&mut vec![Ok(7), TIMEOUT, TIMEOUT]).await.unwrap();
        if second >= 10 {
            drawn_later().await.unwrap();
        }
        sleep(SECOND).await;
    }
    let html = get(&page, "").await;
    let (early, later) = (row(&html, "drawn"), row(&html, "drawn-later"));
    assert!(early.contains("aria-label=\"retries per second: now 2, max 2\""), "{early}");
    assert!(early.contains("aria-label=\"successes per second: now 1, max 1\""), "{early}");
    assert!(later.contains("aria-label=\"retries per second: now 0, max 0\""), "{later}");
    assert_eq!((points(early), points(later)), (10, 4), "it began when it was first seen");
    sleep(200 * SECOND).await;
    assert!(row(&get(&page, "").await, "drawn").contains("retries per second: now 0, max 2"));
    sleep(200 * SECOND).await;
    let html = get(&page, "").await;
    assert!(row(&html, "drawn").contains("retries per second: now 0, max 0"), "that was before");
    assert_eq!(points(row(&html, "drawn")), 149);
}

#[tokio::test(start_paused = true)]
async fn all_clones_have_one_task_and_it_ends_with_the_last() {
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let page = Page::new();
    let clone = page.clone();
    get(&clone, "").await;
    assert_eq!(tasks(), 1);
    drop(page);
    sleep(10 * SECOND).await;
    assert_eq!(tasks(), 1);
    drop(clone);
    sleep(3 * SECOND).await;
    assert_eq!(tasks(), 0);
}

#[retry(max_attempts = 3, retry_on = Timeout, backoff = none, budget = none, name = "drawn-late")]
async fn drawn_late() -> Result<u32, Fault> {
    Ok(7)
}

#[tokio::test(start_paused = true)]
async fn where_samples_come_late_a_rate_is_by_the_time_that_has_passed() {
    let page = Page::new();
    sleep(SECOND).await;
    advance(20 * SECOND).await;
    sleep(SECOND).await;
    drawn_late().await.unwrap();
    sleep(2 * SECOND).await;
    (0..6).for_each(|_| drop(drawn_late().now_or_never().unwrap()));
    sleep(2 * SECOND).await;
    assert!(row(&get(&page, "").await, "drawn-late").contains("successes per second: now 3, max 3"), "in two seconds");
    (0..55).for_each(|_| drop(drawn_late().now_or_never().unwrap()));
    advance(10 * SECOND).await;
    sleep(SECOND).await;
    assert!(
        row(&get(&page, "").await, "drawn-late").contains("successes per second: now 5, max 5"),
        "in eleven seconds"
    );
}

#[retry(retry_on = Timeout, name = "healthy")]
fn healthy() -> Result<u32, Fault> {
    Ok(7)
}

#[test]
fn a_page_of_no_runtime_begins_its_lines_with_the_first_request_and_again_on_another_runtime() {
    let page = Page::new();
    healthy().unwrap();
    for _ in 0..2 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        runtime.block_on(async {
            get(&page, "").await;
            assert_eq!(Handle::current().metrics().num_alive_tasks(), 1);
            sleep(5 * SECOND).await;
            assert!(row(&get(&page, "").await, "healthy").contains("retries per second: now 0"));
        });
    }
}
