//! Findings: printed, accepted and rejected.

use std::io;
use std::panic::catch_unwind;

use retry_runtime::retry;
use retry_runtime::review::{Finding, Review, Rule};

use super::review;

mod two {
    use super::*;

    #[retry(retry_on = Timeout)]
    pub(super) fn charge() -> io::Result<()> {
        Ok(())
    }

    pub(super) const LINE: u32 = line!() - 5;

    #[retry(retry_on = Timeout)]
    pub(super) async fn quote() -> io::Result<()> {
        Ok(())
    }
}

const CHARGE: &str = "lint::findings::two::charge";
const QUOTE: &str = "lint::findings::two::quote";

#[test]
fn findings_are_printed_one_per_line() {
    let findings = review("findings::two").lint();
    let text = findings.to_string();
    let lines: Vec<_> = text.lines().collect();
    let expected = format!(
        "tests/review/tests/lint/findings.rs:{} {CHARGE}: its name suggests the side effect `charge`, ",
        two::LINE
    );
    assert!(lines[0].starts_with(&expected), "{}", lines[0]);
    assert!(lines[1].ends_with("[NoAttemptTimeout]"), "{}", lines[1]);
    assert_eq!(lines.len(), 2);
    let rules: Vec<_> = (&findings).into_iter().map(|finding| (finding.operation(), finding.rule())).collect();
    assert_eq!(rules, [(CHARGE, Rule::SideEffects), (QUOTE, Rule::NoAttemptTimeout)]);
}

#[test]
fn an_allowed_finding_is_removed() {
    let findings = review("findings::two").lint().allow(CHARGE, Rule::SideEffects);
    assert_eq!(findings.iter().map(Finding::rule).collect::<Vec<_>>(), [Rule::NoAttemptTimeout]);
    let findings = findings.allow(QUOTE, Rule::NoAttemptTimeout);
    assert!(findings.is_empty());
    findings.assert_none();
}

#[test]
fn a_stale_allow_is_reported_at_its_line() {
    let findings = review("findings::two").lint().allow(CHARGE, Rule::SideEffects).allow(QUOTE, Rule::NoAttemptTimeout);
    let findings = findings.allow(CHARGE, Rule::NoAttemptTimeout);
    let line = line!() - 1;
    assert_eq!(
        findings.to_string(),
        format!(
            "tests/review/tests/lint/findings.rs:{line} {CHARGE}: `{CHARGE}` does not violate `NoAttemptTimeout`; remove this \
             `allow` [StaleAllow]"
        )
    );
}

#[test]
fn a_failed_test_prints_all_findings() {
    let findings = review("findings::two").lint();
    let panic = catch_unwind(|| findings.assert_none()).unwrap_err();
    let expected =
        format!("the policies have findings:\n{findings}\naccept an intended one with `.allow(operation, rule)`");
    assert_eq!(panic.downcast_ref::<String>().unwrap(), &expected);
}

#[test]
fn an_empty_review_fails() {
    let findings = Review::module("nobody").lint();
    let line = line!() - 1;
    assert_eq!(
        findings.to_string(),
        format!(
            "tests/review/tests/lint/findings.rs:{line} Review: no annotated function is linked; name its crate in the \
             test, as in `use shop as _;`, and a module by its full path, as in `Review::module(\"shop::orders\")` [NothingReviewed]"
        )
    );
}

#[test]
fn every_linked_function_is_checked() {
    let all = retry_runtime::review::lint();
    assert!(all.iter().any(|finding| finding.operation() == CHARGE));
    let of_shop = Review::module("retry_review_tests").lint();
    let found: Vec<_> = of_shop.iter().map(|finding| (finding.operation(), finding.rule())).collect();
    let exposed = ["retry_review_tests::catalogue::page", "retry_review_tests::pay", "retry_review_tests::picks"];
    let expected = exposed.map(|name| (name, Rule::NoAttemptTimeout));
    assert_eq!(found, expected);
    let _ = retry_review_tests::ATTEMPTS;
}
