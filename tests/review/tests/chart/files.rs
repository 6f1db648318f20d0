//! Chart files.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use retry_runtime::review::Review;

#[test]
fn each_operation_has_a_file() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("pictures-{}", std::process::id())).join("inside");
    let review = Review::module("chart");
    review.draw(&folder).unwrap();
    review.draw(&folder).unwrap();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), review.operations().len());
    let two = fs::read_to_string(folder.join("chart-schedules-two.svg")).unwrap();
    assert_eq!(two, crate::of("two").svg());
    fs::remove_dir_all(folder.parent().unwrap()).unwrap();
}

#[test]
fn an_error_names_the_path_and_nothing_is_an_error() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
    let words = Review::module("chart").draw(file.join("pictures")).unwrap_err().to_string();
    assert!(words.contains("Cargo.toml/pictures cannot be written: "), "{words}");
    let nothing = Review::module("nobody").draw(file).unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::NotFound);
    assert_eq!(
        nothing.to_string(),
        "nothing to draw: no annotated function is linked; name its crate, as in `use shop as _;`"
    );
}

/// Renewed by `RETRIES=overwrite`.
#[test]
fn the_chart_of_the_readme_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("quote.svg");
    let _ = retry_review_tests::ATTEMPTS;
    let review = Review::module("retry_review_tests");
    let quote = review.operations().iter().find(|of| of.name() == "retry_review_tests::quote").unwrap().svg();
    if std::env::var("RETRIES").is_ok_and(|value| value == "overwrite") {
        fs::write(&path, &quote).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap();
    assert_eq!(found.replace("\r\n", "\n"), quote, "run `RETRIES=overwrite cargo test` and look at {}", path.display());
}
