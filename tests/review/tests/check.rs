//! A file against the functions of this crate.
use retry_review_tests as _;
use retry_runtime::review::Review;

#[test]
fn policies_are_reviewed() {
    retry_runtime::review::check("RETRIES.md");
}

#[test]
fn all() {
    for of in Review::all().operations() {
        println!("{} {}:{} {:?}", of.name(), of.file(), of.line(), of.policy().is_some());
    }
}
