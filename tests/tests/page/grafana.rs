//! The dashboard for Grafana: it asks for nothing that the page does not give.

use std::collections::BTreeSet;

use retry_runtime::page::Page;
use serde_json::Value;

use crate::requests::get;

/// Every expression of the panels.
fn expressions(dashboard: &Value) -> Vec<&str> {
    let panels = dashboard["panels"].as_array().unwrap();
    let targets = panels.iter().flat_map(|panel| panel["targets"].as_array().unwrap());
    targets.map(|target| target["expr"].as_str().unwrap()).collect()
}

/// The names in an expression.
fn names(expression: &str) -> impl Iterator<Item = &str> {
    let words = expression.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_');
    words.filter(|word| word.starts_with("retry_") && *word != "retry_after")
}

/// The names that the text for Prometheus has; a histogram has three.
fn given(text: &str) -> BTreeSet<String> {
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE ")?.split_once(' '));
    let ends = |kind| if kind == "histogram" { &["_bucket", "_sum", "_count"][..] } else { &[""] };
    types.flat_map(|(name, kind)| ends(kind).iter().map(move |end| format!("{name}{end}"))).collect()
}

#[tokio::test]
async fn the_dashboard_asks_for_names_that_there_are_and_for_each_that_matters() {
    let dashboard: Value = serde_json::from_str(include_str!("../../../retry-runtime/grafana/retries.json")).unwrap();
    let given = given(&get(&Page::new(), "?format=prometheus").await);
    let expressions = expressions(&dashboard);
    let asked: BTreeSet<_> = expressions.iter().flat_map(|expression| names(expression)).map(str::to_owned).collect();
    assert_eq!(asked.difference(&given).collect::<Vec<_>>(), Vec::<&String>::new(), "names that nothing has");
    let unasked: Vec<_> = given.difference(&asked).collect();
    assert_eq!(
        unasked,
        [
            "retry_blocked_runtime_total",
            "retry_faults_injected_total",
            "retry_hedges_refused_total",
            "retry_hedges_total",
            "retry_hedges_won_total",
            "retry_hints_unreadable_total",
            "retry_keys_replayed_total",
            "retry_limit_waits_total",
        ],
        "these are no matter of health"
    );
    assert!(expressions.iter().all(|expression| expression.contains("operation=~\"$operation\"")));
}

#[test]
fn the_dashboard_can_be_read_by_any_grafana() {
    let text = include_str!("../../../retry-runtime/grafana/retries.json");
    let dashboard: Value = serde_json::from_str(text).unwrap();
    let variables: Vec<_> =
        dashboard["templating"]["list"].as_array().unwrap().iter().map(|one| &one["name"]).collect();
    assert_eq!(variables, ["datasource", "operation"]);
    let panels = dashboard["panels"].as_array().unwrap();
    let ids: BTreeSet<_> = panels.iter().map(|panel| panel["id"].as_u64().unwrap()).collect();
    assert_eq!(ids.len(), panels.len());
    assert!(panels.iter().all(|panel| panel["datasource"]["uid"] == "${datasource}"), "no data source of ours");
}
