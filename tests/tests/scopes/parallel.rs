//! Tests of one operation in one process, at the same time.

use std::io;
use std::sync::Barrier;
use std::thread;

use retry_runtime::testing::{self, Scope};
use retry_runtime::{propagate, report, retry};
use tokio::task::JoinSet;

use crate::timeout;

/// It has tokens for three retries, as every operation has.
#[retry(max_attempts = 3, retry_on = transient, backoff = none, budget = credit(wait = none), name = "parallel::load")]
fn load(answers: &mut Vec<io::Result<u32>>) -> io::Result<u32> {
    answers.pop().expect("there are as many answers as attempts")
}

#[retry(max_attempts = 3, retry_on = transient, backoff = none, budget = credit(wait = none), name = "parallel::fetch")]
async fn fetch(answers: &mut Vec<io::Result<u32>>) -> io::Result<u32> {
    tokio::task::yield_now().await;
    answers.pop().expect("there are as many answers as attempts")
}

fn fails() -> Vec<io::Result<u32>> {
    vec![timeout(), timeout(), timeout()]
}

/// Two failures, then 7.
fn recovers() -> Vec<io::Result<u32>> {
    vec![Ok(7), timeout(), timeout()]
}

/// Each of these four tests needs two retries or more, and there are three for all calls of the operation.
#[test]
fn one_recovers() {
    let _scope = testing::scope();
    assert_eq!(load(&mut recovers()).expect("the third attempt"), 7);
}

#[test]
fn one_gives_up_after_three_attempts() {
    let _scope = testing::scope();
    let mut answers = fails();
    assert!(load(&mut answers).is_err() && answers.is_empty());
}

#[test]
fn one_uses_the_budget_up() {
    let scope = testing::scope();
    assert!(load(&mut fails()).is_err());
    let mut answers = recovers();
    assert!(load(&mut answers).is_err());
    assert_eq!(answers.len(), 1, "the budget had one retry left");
    assert_eq!(scope.report().operation("parallel::load").expect("it ran").budget_denied, 1);
}

#[test]
fn one_begins_again() {
    let scope = testing::scope();
    for _ in 0..5 {
        assert_eq!(load(&mut recovers()).expect("the third attempt"), 7);
        scope.reset();
    }
}

#[test]
fn many_threads_have_a_scope_each() {
    let begin = Barrier::new(16);
    thread::scope(|threads| {
        for worker in 0..16 {
            let begin = &begin;
            threads.spawn(move || {
                begin.wait();
                for _ in 0..50 {
                    let scope = testing::scope();
                    let calls = if worker % 2 == 0 {
                        assert!(load(&mut fails()).is_err());
                        assert!(load(&mut recovers()).is_err(), "one retry is left");
                        2
                    } else {
                        assert_eq!(load(&mut recovers()).expect("the third attempt"), 7);
                        1
                    };
                    assert_eq!(scope.report().operation("parallel::load").expect("it ran").calls, calls);
                }
            });
        }
    });
}

#[test]
fn many_threads_share_a_scope() {
    let scope = Scope::new();
    let begin = Barrier::new(8);
    thread::scope(|threads| {
        for _ in 0..8 {
            let (scope, begin) = (scope.clone(), &begin);
            threads.spawn(move || {
                begin.wait();
                scope.run(|| load(&mut fails()).expect_err("it always fails"))
            });
        }
    });
    let report = scope.report();
    let load = report.operation("parallel::load").expect("it ran");
    assert_eq!((report.operations.len(), load.calls, load.retries_made), (1, 8, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tasks_of_a_runtime_have_a_scope_each() {
    let mut tasks = JoinSet::new();
    for _ in 0..64 {
        let scope = Scope::new();
        tasks.spawn(scope.clone().run_async(async move {
            assert!(fetch(&mut fails()).await.is_err());
            let inner = tokio::spawn(propagate(async { fetch(&mut vec![Ok(1)]).await }));
            assert!(fetch(&mut recovers()).await.is_err(), "one retry is left");
            assert_eq!(inner.await.expect("it does not panic").expect("it succeeds"), 1);
            assert_eq!(report().operation("parallel::fetch").expect("it ran").calls, 3);
        }));
    }
    while let Some(task) = tasks.join_next().await {
        task.expect("it does not panic");
    }
}
