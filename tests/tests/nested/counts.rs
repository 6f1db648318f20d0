//! Retries of layers add and do not multiply: every pattern of failures of three layers, tried out.
//!
//! The bound: 1 + the sum of (`max_attempts` - 1) over the layers; where an innermost failure is passed on, exactly the
//! innermost layer's own `max_attempts`.

use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use retry_runtime::retry;
use retry_tests::Fault;

/// Decides who fails: every way that the choices can go, one after the other.
#[derive(Default)]
struct Script {
    /// The choices so far, and those that come first next time.
    choices: Vec<bool>,
    at: usize,
    leaf_runs: u32,
}

thread_local! {
    static SCRIPT: RefCell<Script> = RefCell::default();
}

/// The next choice; `false` where it is made for the first time.
fn fails() -> bool {
    SCRIPT.with_borrow_mut(|script| {
        if script.at == script.choices.len() {
            script.choices.push(false);
        }
        script.at += 1;
        script.choices[script.at - 1]
    })
}

fn outcome() -> Result<(), Fault> {
    if fails() { Err(Fault::Timeout) } else { Ok(()) }
}

fn run_leaf() -> Result<(), Fault> {
    SCRIPT.with_borrow_mut(|script| script.leaf_runs += 1);
    outcome()
}

/// Runs `call` for every pattern of choices; the most runs of the leaf, and the number of patterns.
fn most_runs_of_the_leaf(mut call: impl FnMut()) -> (u32, u64) {
    SCRIPT.set(Script::default());
    let (mut most, mut patterns) = (0, 0);
    loop {
        call();
        patterns += 1;
        let is_last = SCRIPT.with_borrow_mut(|script| {
            most = most.max(script.leaf_runs);
            script.choices.truncate(script.at);
            // The next pattern: the last choice that can still be another is, and what follows it is open again.
            while script.choices.last() == Some(&true) {
                script.choices.pop();
            }
            *script = Script { choices: std::mem::take(&mut script.choices), ..Script::default() };
            script.choices.last_mut().map(|last| *last = true).is_none()
        });
        if is_last {
            return (most, patterns);
        }
    }
}

macro_rules! layers {
    ($name:ident, $attempts:literal $(, $nested:ident)?) => {
        mod $name {
            use super::*;

            #[retry(max_attempts = $attempts, retry_on = Timeout, backoff = none, budget = none)]
            pub(super) fn leaf() -> Result<(), Fault> {
                run_leaf()
            }

            #[retry(max_attempts = $attempts, retry_on = Timeout, backoff = none, budget = none $(, nested = $nested)?)]
            pub(super) fn middle() -> Result<(), Fault> {
                leaf()?;
                outcome()
            }

            #[retry(max_attempts = $attempts, retry_on = Timeout, backoff = none, budget = none $(, nested = $nested)?)]
            pub(super) fn outer() -> Result<(), Fault> {
                middle()?;
                outcome()
            }

            #[retry(max_attempts = $attempts, retry_on = Timeout, backoff = none, budget = none)]
            pub(super) async fn leaf_async() -> Result<(), Fault> {
                run_leaf()
            }

            #[retry(max_attempts = $attempts, retry_on = Timeout, backoff = none, budget = none $(, nested = $nested)?)]
            pub(super) async fn middle_async() -> Result<(), Fault> {
                leaf_async().await?;
                outcome()
            }

            #[retry(max_attempts = $attempts, retry_on = Timeout, backoff = none, budget = none $(, nested = $nested)?)]
            pub(super) async fn outer_async() -> Result<(), Fault> {
                middle_async().await?;
                outcome()
            }
        }
    };
}

layers!(two, 2);
layers!(three, 3);
layers!(four, 4);
layers!(multiplied, 4, retry);

fn now<R>(future: impl Future<Output = R>) -> R {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => panic!("nothing here waits"),
    }
}

/// So many runs of a leaf that always fails.
fn runs_of_a_dead_leaf(call: impl FnOnce() -> Result<(), Fault>) -> u32 {
    SCRIPT.set(Script { choices: vec![true; 1000], ..Script::default() });
    assert_eq!(call(), Err(Fault::Timeout));
    SCRIPT.take().leaf_runs
}

#[test]
fn a_dead_leaf_is_run_as_often_as_its_own_policy_says() {
    assert_eq!(runs_of_a_dead_leaf(two::outer), 2);
    assert_eq!(runs_of_a_dead_leaf(three::outer), 3);
    assert_eq!(runs_of_a_dead_leaf(four::outer), 4);
    assert_eq!(runs_of_a_dead_leaf(|| now(two::outer_async())), 2);
    assert_eq!(runs_of_a_dead_leaf(|| now(three::outer_async())), 3);
    assert_eq!(runs_of_a_dead_leaf(|| now(four::outer_async())), 4);
}

#[test]
fn who_asks_for_it_multiplies() {
    assert_eq!(runs_of_a_dead_leaf(multiplied::outer), 4 + 3 + 3, "inside retries each retry uses up one");
    assert_eq!(runs_of_a_dead_leaf(|| now(multiplied::outer_async())), 4 + 3 + 3);
}

#[test]
fn whatever_fails_where_the_retries_of_layers_add() {
    assert_eq!(most_runs_of_the_leaf(|| drop(two::outer())).0, 4);
    assert_eq!(most_runs_of_the_leaf(|| drop(three::outer())).0, 7);
    let (most, patterns) = most_runs_of_the_leaf(|| drop(four::outer()));
    println!("{patterns} patterns");
    assert_eq!(most, 10);
}

#[test]
fn async_layers_add_too() {
    assert_eq!(most_runs_of_the_leaf(|| drop(now(two::outer_async()))).0, 4);
    assert_eq!(most_runs_of_the_leaf(|| drop(now(three::outer_async()))).0, 7);
    assert_eq!(most_runs_of_the_leaf(|| drop(now(four::outer_async()))).0, 10);
}

/// Layers whose errors have classes of their own: what gave up inside is then no longer told apart from other failures.
mod converting {
    use std::io::{Error, ErrorKind};

    use super::{Fault, outcome, run_leaf};
    use retry_runtime::retry;

    #[retry(max_attempts = 4, retry_on = Timeout, backoff = none, budget = none)]
    fn leaf() -> Result<(), Fault> {
        run_leaf()
    }

    #[retry(max_attempts = 4, retry_on = transient, backoff = none, budget = none)]
    fn middle() -> Result<(), Error> {
        leaf().and_then(|()| outcome()).map_err(|_| ErrorKind::ConnectionReset.into())
    }

    #[retry(max_attempts = 4, retry_on = transient, backoff = none, budget = none)]
    pub(super) fn outer() -> Result<(), Error> {
        middle().map_err(|_| Error::from(ErrorKind::ConnectionRefused))
    }
}

#[test]
fn layers_that_change_the_class_still_add() {
    assert_eq!(most_runs_of_the_leaf(|| drop(converting::outer())).0, 10);
}
