//! Text of the charts.

use roxmltree::Document;

use crate::{all, of};

/// All texts of a chart except those of the axis and the legend, which are last.
fn text(name: &str) -> Vec<String> {
    let svg = of(name).svg();
    let document = Document::parse(&svg).unwrap();
    let texts = document.descendants().filter(|node| node.has_tag_name("text"));
    let is_tick = |text: &str| text == "0s";
    texts.map(|node| node.text().unwrap().to_string()).take_while(|text| !is_tick(text)).skip(1).collect()
}

fn description(name: &str) -> String {
    let svg = of(name).svg();
    let document = Document::parse(&svg).unwrap();
    document.descendants().find(|node| node.has_tag_name("desc")).unwrap().text().unwrap().to_string()
}

#[test]
fn each_attempt_has_a_row_if_there_are_few() {
    let expected = [
        "backoff fixed(1s), jitter none",
        "at most 2 attempts, 1s of delays, 5s in total",
        "and up to 30s in line for the budget while the service answers",
        "attempt 1",
        "immediately",
        "attempt 2",
        "delay 1s",
        "worst case 5s",
    ];
    assert_eq!(text("two"), expected);
    let bounds = "at most 3 attempts, 2s of delays, 8s in total, attempt timeout linear(1s, 1s, 9s)";
    assert_eq!(text("longer_each_time")[1], bounds);
    let rows = |name: &str| text(name).iter().filter(|text| text.starts_with("attempt")).count();
    assert_eq!((rows("twelve"), rows("thirteen"), rows("hundred")), (12, 8, 8));
}

#[test]
fn only_the_first_and_the_last_of_many_have_a_row() {
    let expected = [
        "backoff exp(100ms, 10s), jitter proportional(0.25)",
        "at most 100 attempts, 15m 36s of delays, 22m 16s in total",
        "and up to 30s in line for the budget while the service answers",
        "attempt 1",
        "immediately",
        "attempt 2",
        "delay 75ms to 125ms",
        "attempt 3",
        "delay 150ms to 250ms",
        "attempt 4",
        "delay 300ms to 500ms",
        "attempt 5",
        "delay 600ms to 1s",
        "attempts 6 to 98",
        "each delay 1.2s to 10s",
        "attempt 99",
        "delay 6s to 10s",
        "attempt 100",
        "delay 6s to 10s",
        "worst case 22m 16s",
    ];
    assert_eq!(text("hundred"), expected);
}

#[test]
fn the_delays_of_each_jitter_are_shown() {
    let waits = |name: &str| {
        let words = text(name);
        words.into_iter().filter(|text| text.starts_with("delay ")).collect::<Vec<_>>()
    };
    assert_eq!(waits("uncut"), ["delay 250ms to 500ms", "delay 500ms to 1s", "delay 1s to 2s"]);
    assert_eq!(waits("custom"), ["delay 0s to 1s", "delay 0s to 4s", "delay 0s to 9s", "delay 0s to 16s"]);
    let decorrelated = ["3s", "9s", "10s", "10s", "10s"].map(|longest| format!("delay 100ms to {longest}"));
    assert_eq!(waits("decorrelated"), decorrelated);
    assert_eq!(waits("without_delays"), ["delay 0s", "delay 0s"]);
}

#[test]
fn attempts_that_depend_on_the_deadline_are_marked() {
    let last = |name: &str| text(name).into_iter().rev().take(3).rev().collect::<Vec<_>>();
    let deadline = |after: &str| format!("deadline {after}, which ends the worst case");
    assert_eq!(last("cut_by_the_deadline"), ["attempts 6 to 8", "only if time is left", &deadline("20s")]);
    assert_eq!(last("unbounded_by_a_deadline"), ["attempt 11 and later", "only if time is left", &deadline("2m")]);
    assert_eq!(last("the_third_is_too_late"), ["attempts 3 to 4", "only if time is left", &deadline("4s")]);
    assert_eq!(last("the_last_is_cut"), ["attempt 3", "delay 1s", &deadline("4.5s")]);
    assert_eq!(last("deadline_at_the_end"), ["attempt 3", "delay 1s", &deadline("5s")]);
    assert_eq!(last("far_deadline"), ["delay 0s to 200ms", "deadline 1h \u{2192}", "worst case 3.3s"]);
    assert_eq!(last("near_deadline"), ["delay 0s to 1s", "deadline 6s", "worst case 3s"]);
}

#[test]
fn the_first_ten_of_unbounded_attempts_are_drawn() {
    let words = text("unbounded_by_cancelling");
    assert_eq!(words[1], "unbounded attempts, no attempt timeout");
    let expected = ["attempt 10", "delay 10s to 20s", "attempt 11 and later", "and so on", "\u{2026}"];
    assert_eq!(words[words.len() - 5..], expected);
    let words = text("unbounded_by_a_far_deadline");
    let expected =
        ["attempt 10", "delay 1s", "attempt 11 and later", "until the deadline", "\u{2026}", "deadline 1h \u{2192}"];
    assert_eq!(words[words.len() - 6..], expected);
}

#[test]
fn attempts_that_never_start_are_not_shown() {
    let words = text("unbounded_without_chance");
    assert_eq!(words[words.len() - 3..], ["attempt 4", "delay 1s", "deadline 3.5s, which ends the worst case"]);
}

#[test]
fn limits_per_call_are_shown_as_expressions() {
    let expected = "at most 3 attempts, 300ms of delays, attempt timeout `patience / 2`, deadline `patience`";
    assert_eq!(text("ends_of_each_call")[1], expected);
    let unknown = "Each call has a policy of its own, `policy`: the schedule is unknown before the call.";
    assert_eq!(text("of_each_call"), [unknown]);
    assert_eq!(description("of_each_call"), unknown);
}

#[test]
fn the_description_contains_everything() {
    assert_eq!(
        description("near_deadline"),
        "The schedule of one call: at most 2 attempts, 1s of delays, 3s in total; backoff fixed(1s), jitter full. \
         Attempt 1 starts immediately. Before attempt 2: delay 0s to 1s; it starts at most 2s after the first one. \
         The deadline 6s. In total: worst case 3s. Not drawn: up to 6s in line for the \
         budget while the service answers."
    );
    let hundred = description("hundred");
    let group =
        "Before attempts 6 to 98: each delay 1.2s to 10s; the last of them starts at most 21m 44s after the first one.";
    assert!(hundred.contains(group), "{hundred}");
    assert!(description("cut_by_the_deadline").contains("Then attempts 6 to 8: only if time is left."));
}

#[test]
fn a_name_is_escaped() {
    let svg = all().iter().find(|of| of.name().starts_with("a<b>")).unwrap().svg();
    let document = Document::parse(&svg).unwrap();
    let title = document.descendants().find(|node| node.has_tag_name("title")).unwrap();
    assert!(title.text().unwrap().starts_with("a<b> & \"c\" \u{fffd}::a_name_"), "{:?}", title.text());
}

#[test]
fn a_chart_loads_nothing() {
    for of in all() {
        let svg = of.svg().replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        for what in ["http", "<script", "href", "@import", "font-face", "url(", "onload"] {
            let is_there = svg.replace("url(#retries-hatch)", "").contains(what);
            assert!(!is_there, "{}: {what}", of.name());
        }
    }
}
