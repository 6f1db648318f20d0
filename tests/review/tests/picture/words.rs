//! Text of the charts.

use roxmltree::Document;

use crate::{all, of};

/// All words of a picture but those of the axis and the legend, which are last.
fn words(name: &str) -> Vec<String> {
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
fn each_attempt_has_a_row_where_there_are_few() {
    let expected = [
        "backoff fixed(1s), jitter none",
        "at most 2 attempts, 1s of waiting, 5s in all",
        "attempt 1",
        "at once",
        "attempt 2",
        "wait 1s",
        "worst case 5s",
    ];
    assert_eq!(words("two"), expected);
    let rows = |name: &str| words(name).iter().filter(|text| text.starts_with("attempt")).count();
    assert_eq!((rows("twelve"), rows("thirteen"), rows("hundred")), (12, 8, 8));
}

#[test]
fn of_many_the_first_and_the_last_are_told() {
    let expected = [
        "backoff exp(100ms, 10s), jitter proportional(0.25)",
        "at most 100 attempts, 15m 36s of waiting, 22m 16s in all",
        "attempt 1",
        "at once",
        "attempt 2",
        "wait 75ms to 125ms",
        "attempt 3",
        "wait 150ms to 250ms",
        "attempt 4",
        "wait 300ms to 500ms",
        "attempt 5",
        "wait 600ms to 1s",
        "attempts 6 to 98",
        "each wait 1.2s to 10s",
        "attempt 99",
        "wait 6s to 10s",
        "attempt 100",
        "wait 6s to 10s",
        "worst case 22m 16s",
    ];
    assert_eq!(words("hundred"), expected);
}

#[test]
fn the_waits_of_each_jitter_are_told() {
    let waits = |name: &str| {
        let words = words(name);
        words.into_iter().filter(|text| text.starts_with("wait ")).collect::<Vec<_>>()
    };
    assert_eq!(waits("uncut"), ["wait 250ms to 500ms", "wait 500ms to 1s", "wait 1s to 2s"]);
    assert_eq!(waits("custom"), ["wait 0s to 1s", "wait 0s to 4s", "wait 0s to 9s", "wait 0s to 16s"]);
    let decorrelated = ["3s", "9s", "10s", "10s", "10s"].map(|longest| format!("wait 100ms to {longest}"));
    assert_eq!(waits("decorrelated"), decorrelated);
    assert_eq!(waits("without_waits"), ["wait 0s", "wait 0s"]);
}

#[test]
fn what_comes_only_before_the_deadline_is_told() {
    let last = |name: &str| words(name).into_iter().rev().take(3).rev().collect::<Vec<_>>();
    let deadline = |after: &str| format!("deadline {after}, which ends the worst case");
    assert_eq!(last("cut_by_the_deadline"), ["attempts 6 to 8", "only if time is left", &deadline("20s")]);
    assert_eq!(last("unbounded_by_a_deadline"), ["attempt 11 and more", "only if time is left", &deadline("2m")]);
    assert_eq!(last("the_third_is_too_late"), ["attempts 3 to 4", "only if time is left", &deadline("4s")]);
    assert_eq!(last("the_last_is_cut"), ["attempt 3", "wait 1s", &deadline("4.5s")]);
    assert_eq!(last("deadline_at_the_end"), ["attempt 3", "wait 1s", &deadline("5s")]);
    assert_eq!(last("far_deadline"), ["wait 0s to 200ms", "deadline 1h \u{2192}", "worst case 3.3s"]);
    assert_eq!(last("near_deadline"), ["wait 0s to 1s", "deadline 6s", "worst case 3s"]);
}

#[test]
fn without_any_end_the_first_ten_are_drawn() {
    let words = words("unbounded_by_cancelling");
    assert_eq!(words[1], "any number of attempts, attempts without a timeout");
    let expected = ["attempt 10", "wait 10s to 20s", "attempt 11 and more", "and so on", "\u{2026}"];
    assert_eq!(words[words.len() - 5..], expected);
    let words = self::words("unbounded_by_a_far_deadline");
    let expected =
        ["attempt 10", "wait 1s", "attempt 11 and more", "until the deadline", "\u{2026}", "deadline 1h \u{2192}"];
    assert_eq!(words[words.len() - 6..], expected);
}

#[test]
fn what_can_never_begin_is_not_there() {
    let words = words("unbounded_without_chance");
    assert_eq!(words[words.len() - 3..], ["attempt 4", "wait 1s", "deadline 3.5s, which ends the worst case"]);
}

#[test]
fn what_each_call_says_is_told_as_it_is_written() {
    let expected = "at most 3 attempts, 300ms of waiting, each attempt cut by `patience / 2`, deadline `patience`";
    assert_eq!(words("ends_of_each_call")[1], expected);
    let unknown = "Each call has a policy of its own, `policy`: its schedule is not known before it runs.";
    assert_eq!(words("of_each_call"), [unknown]);
    assert_eq!(description("of_each_call"), unknown);
}

#[test]
fn it_can_be_read_aloud() {
    assert_eq!(
        description("near_deadline"),
        "The schedule of one call: at most 2 attempts, 1s of waiting, 3s in all; backoff fixed(1s), jitter full. \
         Attempt 1 begins at once. Before attempt 2: wait 0s to 1s; it begins 2s after the first one at the latest. \
         The deadline 6s. In all: worst case 3s."
    );
    let hundred = description("hundred");
    let group = "Before attempts 6 to 98: each wait 1.2s to 10s; the last of them begins 21m 44s after the first one at the latest.";
    assert!(hundred.contains(group), "{hundred}");
    assert!(description("cut_by_the_deadline").contains("Then attempts 6 to 8: only if time is left."));
}

#[test]
fn a_name_is_data() {
    let svg = all().iter().find(|of| of.name().starts_with("a<b>")).unwrap().svg();
    let document = Document::parse(&svg).unwrap();
    let title = document.descendants().find(|node| node.has_tag_name("title")).unwrap();
    assert!(title.text().unwrap().starts_with("a<b> & \"c\" \u{fffd}::a_name_"), "{:?}", title.text());
}

#[test]
fn nothing_is_loaded() {
    for of in all() {
        let svg = of.svg().replace("xmlns=\"http://www.w3.org/2000/svg\"", "");
        for what in ["http", "<script", "href", "@import", "font-face", "url(", "onload"] {
            let is_there = svg.replace("url(#retries-hatch)", "").contains(what);
            assert!(!is_there, "{}: {what}", of.name());
        }
    }
}
