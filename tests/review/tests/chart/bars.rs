//! Positions of the bars.

use std::time::Duration;

use retry_runtime::review::ReviewedOperation;
use roxmltree::Document;

use crate::{all, elements, number, of};

/// The x coordinates of the start and the end of time.
const LEFT: f64 = 214.0;
const RIGHT: f64 = 752.0;

/// Left and right end of an attempt or of the hatched part of a delay, in pixels.
type Span = (f64, f64);

fn drawn(of: ReviewedOperation, class: &str) -> Vec<Span> {
    let svg = of.svg();
    let document = Document::parse(&svg).unwrap();
    let rects = elements(&document, class).into_iter().filter(|node| node.has_tag_name("rect"));
    let mut spans: Vec<_> = rects.map(|rect| (number(rect, "x"), number(rect, "x") + number(rect, "width"))).collect();
    spans.pop(); // of the legend
    spans
}

/// Computes the spans of attempts and delays from the delay windows; the axis ends with the worst case.
fn expected(of: ReviewedOperation, timeout: Duration, end: Duration) -> (Vec<Span>, Vec<Span>) {
    let x = |time: Duration| LEFT + time.min(end).as_secs_f64() / end.as_secs_f64() * (RIGHT - LEFT);
    let mut time = timeout;
    let (mut attempts, mut waits) = (vec![(x(Duration::ZERO), x(timeout))], Vec::new());
    for window in of.policy().unwrap().delay_windows() {
        let (opens, begin) = (time + *window.start(), time + *window.end());
        if begin >= end {
            break;
        }
        time = begin + timeout;
        waits.push((x(opens), x(begin)));
        attempts.push((x(begin), x(time)));
    }
    (attempts, waits)
}

/// Bars have one digit behind the point, and are wide enough to be seen.
fn assert_near(drawn: &[Span], expected: &[Span], what: &str) {
    assert_eq!(drawn.len(), expected.len(), "{what}");
    for (drawn, expected) in drawn.iter().zip(expected) {
        let right = expected.1.max(expected.0 + 1.5);
        assert!(
            (drawn.0 - expected.0).abs() < 0.11 && (drawn.1 - right).abs() < 0.11,
            "{what}: {drawn:?} {expected:?}"
        );
    }
}

#[test]
fn bars_are_where_the_policy_says() {
    let seconds = Duration::from_secs_f64;
    let cases = [
        ("two", 2.0, 5.0),
        ("twelve", 0.5, 58.7),
        ("thirteen", 2.0, 121.0),
        ("from_milliseconds_to_an_hour", 1.0, 1008.064),
        ("hundred", 4.0, 1335.875),
        ("decorrelated", 0.75, 46.5),
        ("cut_by_the_deadline", 3.0, 20.0),
        ("unbounded_by_a_deadline", 5.0, 120.0),
        ("deadline_at_the_end", 1.0, 5.0),
        ("far_deadline", 1.0, 3.3),
        ("the_last_is_cut", 1.0, 4.5),
        ("the_third_is_too_late", 1.0, 4.0),
    ];
    for (name, timeout, end) in cases {
        let (attempts, waits) = expected(of(name), seconds(timeout), seconds(end));
        assert_near(&drawn(of(name), "attempt"), &attempts, name);
        assert_near(&drawn(of(name), "delay"), &waits, name);
    }
}

#[test]
fn each_attempt_is_as_long_as_the_timeout_of_its_number() {
    let x = |second: u32| LEFT + f64::from(second) / 8.0 * (RIGHT - LEFT);
    let expected = [(0, 1), (2, 4), (5, 8)].map(|(begin, end)| (x(begin), x(end)));
    assert_near(&drawn(of("longer_each_time"), "attempt"), &expected, "longer_each_time");
}

#[test]
fn a_zero_delay_is_not_drawn() {
    assert!(drawn(of("without_delays"), "delay").is_empty());
}

#[test]
fn an_attempt_without_a_timeout_is_a_stub() {
    for (name, end) in [("uncut", 3.5), ("custom", 30.0)] {
        let (attempts, waits) = expected(of(name), Duration::ZERO, Duration::from_secs_f64(end));
        let begins = |length: f64| attempts.iter().map(|span| (span.0, span.0 + length)).collect::<Vec<_>>();
        // The last one begins where the axis ends.
        let last = [(RIGHT, RIGHT)];
        let runs: Vec<_> = begins(3.0).into_iter().chain(last.map(|span| (span.0, span.0 + 3.0))).collect();
        assert_near(&drawn(of(name), "attempt"), &runs, name);
        assert_eq!(drawn(of(name), "stub").len(), runs.len());
        assert_near(&drawn(of(name), "delay")[..waits.len()], &waits, name);
    }
}

#[test]
fn the_earliest_starts_are_the_sums_of_the_shortest_delays() {
    let svg = of("uncut").svg();
    let document = Document::parse(&svg).unwrap();
    let diamonds: Vec<_> =
        elements(&document, "earliest").iter().map(|node| begin(node.attribute("d").unwrap())).collect();
    let x = |time: f64| LEFT + time / 3.5 * (RIGHT - LEFT);
    let expected = [x(0.0), x(0.25), x(0.75), x(1.75)];
    assert_eq!(diamonds.len(), expected.len() + 1, "and the legend's");
    assert!(diamonds.iter().zip(expected).all(|(drawn, expected)| (drawn - expected).abs() < 0.11), "{diamonds:?}");
}

/// The start of a path.
fn begin(path: &str) -> f64 {
    path[1..].split([' ', 'L', 'l']).next().unwrap().parse().unwrap()
}

#[test]
fn a_line_stands_at_the_deadline_and_one_at_the_end_of_the_worst_case() {
    let lines = |name: &str| {
        let svg = of(name).svg();
        let document = Document::parse(&svg).unwrap();
        ["deadline", "worst"]
            .map(|class| elements(&document, class).first().map(|node| begin(node.attribute("d").unwrap())))
    };
    assert_eq!(lines("near_deadline"), [Some(RIGHT), Some(LEFT + (RIGHT - LEFT) / 2.0)]);
    assert_eq!(lines("far_deadline"), [None, Some(RIGHT)]);
    assert_eq!(lines("two"), [None, Some(RIGHT)]);
    assert_eq!(lines("cut_by_the_deadline"), [Some(RIGHT), None], "where both are one");
    assert_eq!(lines("unbounded_by_cancelling"), [None, None]);
    assert_eq!(lines("without_delays"), [None, Some(LEFT)]);
}

#[test]
fn everything_is_inside_the_chart() {
    for of in all() {
        let svg = of.svg();
        let document = Document::parse(&svg).unwrap_or_else(|error| panic!("{}: {error}\n{svg}", of.name()));
        let root = document.root_element();
        let (width, height) = (number(root, "width"), number(root, "height"));
        assert_eq!(root.attribute("viewBox"), Some(&*format!("0 0 {width} {height}")));
        for rect in document.descendants().filter(|node| node.has_tag_name("rect")) {
            let (right, bottom) =
                (number(rect, "x") + number(rect, "width"), number(rect, "y") + number(rect, "height"));
            assert!(number(rect, "x") > 0.0 && right < width && number(rect, "y") > 0.0 && bottom < height, "{rect:?}");
        }
        for text in document.descendants().filter(|node| node.has_tag_name("text")) {
            assert!(number(text, "y") < height && number(text, "x") < width, "{text:?}");
        }
    }
}

#[test]
fn texts_do_not_overlap() {
    for of in all() {
        let svg = of.svg();
        let document = Document::parse(&svg).unwrap();
        let mut boxes = Vec::new();
        for text in document.descendants().filter(|node| node.has_tag_name("text")) {
            let class = text.attribute("class").unwrap();
            let letter = if class == "name" {
                9.7
            } else if class.starts_with("small") {
                6.8
            } else {
                7.6
            };
            let length = f64::from(u16::try_from(text.text().unwrap().chars().count()).unwrap()) * letter;
            let (x, y) = (number(text, "x"), number(text, "y"));
            let left = if class.ends_with("end") {
                x - length
            } else if class.ends_with("middle") {
                x - length / 2.0
            } else {
                x
            };
            assert!(left > 0.0 && left + length < 800.0, "{}: {:?} ends at {}", of.name(), text.text(), left + length);
            boxes.push((left, left + length, y, text.text().unwrap()));
        }
        for (index, one) in boxes.iter().enumerate() {
            for other in &boxes[index + 1..] {
                let apart = one.1 <= other.0 || other.1 <= one.0 || (one.2 - other.2).abs() > 11.0;
                assert!(apart, "{}: {one:?} meets {other:?}", of.name());
            }
        }
    }
}
