//! The policies of the client, under review: `RETRIES=overwrite cargo test -p retry-examples` renews the file.

use retry_runtime::review;

#[test]
fn policies_are_reviewed() {
    review::check("storefront/RETRIES.md");
}

#[test]
fn policies_are_sound() {
    review::lint().assert_none();
}
