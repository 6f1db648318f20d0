//! Compiler errors: their places and their text. One fault is one error.

#[test]
fn faults_are_shown_where_they_are() {
    trybuild::TestCases::new().compile_fail("ui/*/*.rs");
}
