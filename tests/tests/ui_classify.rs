//! What `#[derive(Classify)]` refuses, and with which words.

#[test]
fn faults_are_shown_where_they_are() {
    trybuild::TestCases::new().compile_fail("ui/classify/*.rs");
}
