//! The store in PostgreSQL, on a real server.

mod server;

use crate::model;
use crate::rules::contract;
use server::run;

contract!(run, run);

#[test]
fn it_agrees_with_the_model() {
    model::agrees(64, |acts| run(async |case| model::follow(case, acts).await));
}
