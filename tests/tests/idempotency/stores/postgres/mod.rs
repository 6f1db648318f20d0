//! The store in PostgreSQL, on a real server.

mod clock;
mod connection;
mod exhausted;
mod locked;
mod marker;
mod pooler;
pub(crate) mod proxy;
mod purging;
pub(crate) mod server;
mod transaction;

use crate::stores::model;
use crate::stores::rules::{self, contract};
use server::{run, run_with};

contract!(run, run);

#[test]
fn it_agrees_with_the_model() {
    model::agrees(64, |acts| run(async |case| model::follow(case, acts).await));
}

/// Whatever isolation the database gives to whom says nothing.
#[test]
fn many_at_once_agree_at_every_isolation() {
    for level in ["repeatable\\ read", "serializable"] {
        let options = format!("-c default_transaction_isolation={level}");
        run_with(&options, async |case| rules::contention::of_many_claims_at_once_one_runs(case).await);
        run_with(&options, async |case| rules::contention::of_many_takeovers_at_once_one_runs(case).await);
        run_with(&options, async |case| rules::contention::of_many_merges_at_once_each_is_seen_once(case).await);
    }
}
