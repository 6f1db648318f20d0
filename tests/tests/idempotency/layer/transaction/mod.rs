//! A handler that stores its answer in the transaction of its effect.

mod postgres;
mod sqlite;

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::SeqCst;

use http::Response;

use crate::layer::shop::Shop;

/// Faults.
const NOTHING: u32 = 0;
const BEFORE_COMMIT: u32 = 1;
const AFTER_COMMIT: u32 = 2;
const FORGOTTEN: u32 = 3;
/// An operator takes the key away.
const EVICTED: u32 = 4;
/// The database takes nothing more in this transaction.
const ABORTED: u32 = 5;

/// A handler of payments, and its database.
trait Till {
    fn shop(&self) -> &Shop;
    /// The fault from now on.
    fn fault(&self) -> &AtomicU32;
    async fn payments(&self) -> i64;
}

fn answer(status: u16, body: &str) -> Response<String> {
    Response::builder().status(status).header("content-type", "text/plain").body(body.into()).unwrap()
}

async fn effect_and_answer_commit_together(till: impl Till) {
    let first = till.shop().post("/pay").await;
    assert_eq!((first.status, first.body.as_str()), (201, "paid"));
    let second = till.shop().post("/pay").await;
    assert_eq!((second.status, second.body.as_str(), second.is_replayed()), (201, "paid", true));
    assert_eq!(second.headers["content-type"], "text/plain");
    assert_eq!(till.payments().await, 1);
}

async fn what_was_rolled_back_is_forgotten(till: impl Till) {
    till.fault().store(BEFORE_COMMIT, SeqCst);
    assert_eq!(till.shop().post("/pay").await.status, 500);
    till.fault().store(NOTHING, SeqCst);
    assert_eq!(till.shop().post("/pay").await.status, 201);
    assert_eq!(till.payments().await, 1);
}

async fn a_lost_answer_of_the_commit_is_looked_up(till: impl Till) {
    till.fault().store(AFTER_COMMIT, SeqCst);
    let first = till.shop().post("/pay").await;
    assert_eq!((first.status, first.body.as_str()), (201, "paid"));
    assert!(till.shop().post("/pay").await.is_replayed());
    assert_eq!(till.payments().await, 1);
}

async fn a_success_that_stored_nothing_is_none(till: impl Till) {
    till.fault().store(FORGOTTEN, SeqCst);
    assert_eq!(till.shop().post("/pay").await.problem(), (500, "Broken".into()));
    till.fault().store(NOTHING, SeqCst);
    assert_eq!(till.shop().post("/pay").await.status, 201);
    assert_eq!(till.payments().await, 1);
}

async fn who_has_lost_the_key_rolls_back(till: impl Till) {
    till.fault().store(EVICTED, SeqCst);
    assert_eq!(till.shop().post("/pay").await.status, 409);
    assert_eq!(till.payments().await, 0);
    till.fault().store(NOTHING, SeqCst);
    assert_eq!(till.shop().post("/pay").await.status, 201);
    assert_eq!(till.payments().await, 1);
}

/// The handler's words for a refusal look like an answer, and are none.
async fn an_answer_that_cannot_be_stored_is_not_kept(till: impl Till) {
    till.fault().store(ABORTED, SeqCst);
    let first = till.shop().post("/pay").await;
    assert_eq!((first.status, first.body.as_str()), (409, "not now"));
    assert_eq!(till.payments().await, 0);
    till.fault().store(NOTHING, SeqCst);
    assert_eq!(till.shop().post("/pay").await.status, 201);
    assert_eq!(till.payments().await, 1);
}

/// Each of these as a test: `run` takes one, and hands it a till.
macro_rules! rules {
    ($run:ident: $($rule:ident)*) => {
        $(
            #[test]
            fn $rule() {
                $run(async |till| super::$rule(till).await);
            }
        )*
    };
    ($run:ident) => {
        crate::layer::transaction::rules!($run:
            effect_and_answer_commit_together
            what_was_rolled_back_is_forgotten
            a_lost_answer_of_the_commit_is_looked_up
            a_success_that_stored_nothing_is_none
            who_has_lost_the_key_rolls_back
            an_answer_that_cannot_be_stored_is_not_kept
        );
    };
}

use rules;
