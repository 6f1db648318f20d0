//! A line of the last minutes, as small as a word.

use core::fmt::Write as _;
use std::format;
use std::string::String;

use crate::page::history::SAMPLES;

/// In units of the drawing: one a sample.
const WIDTH: usize = SAMPLES - 1;
const HEIGHT: f64 = 28.0;
/// What the line's own width needs at top and bottom.
const MARGIN: f64 = 2.0;

/// A line of these rates, the last one at the right edge, `top` at the upper: `what` names them, `class` colours them.
pub(super) fn svg(what: &str, class: &str, rates: &[f64], top: f64) -> String {
    let words = words(what, rates);
    let mut svg = format!(
        "<svg class=\"spark {class}\" role=\"img\" aria-label=\"{words}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         preserveAspectRatio=\"none\"><title>{words}</title>"
    );
    if rates.len() > 1 {
        let line = points(rates, top);
        let (left, right) = (WIDTH + 1 - rates.len().min(WIDTH), WIDTH);
        let _ = write!(
            svg,
            "<polygon points=\"{left},{HEIGHT} {line} {right},{HEIGHT}\"/>\
             <polyline points=\"{line}\" vector-effect=\"non-scaling-stroke\"/>"
        );
    }
    svg + "</svg>"
}

/// `retries a second: now 3, most 12`.
fn words(what: &str, rates: &[f64]) -> String {
    match rates.last() {
        Some(now) => format!("{what} a second: now {}, most {}", brief(*now), brief(most(rates))),
        None => format!("{what} a second: not known yet"),
    }
}

/// Of a small number also its tenths.
pub(super) fn brief(rate: f64) -> String {
    if rate.fract() == 0.0 || rate >= 10.0 { format!("{rate:.0}") } else { format!("{rate:.1}") }
}

fn points(rates: &[f64], top: f64) -> String {
    let begin = WIDTH + 1 - rates.len().min(WIDTH);
    let mut points = String::new();
    for (at, rate) in rates.iter().enumerate() {
        let share = if top > 0.0 { rate / top } else { 0.0 };
        let height = HEIGHT - MARGIN - share * (HEIGHT - 2.0 * MARGIN);
        let gap = if at == 0 { "" } else { " " };
        let _ = write!(points, "{gap}{},{height:.1}", begin + at);
    }
    points
}

pub(super) fn most(rates: &[f64]) -> f64 {
    rates.iter().copied().fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_at_the_right_edge_and_is_as_high_as_its_share_of_the_top() {
        let svg = svg("retries", "degraded", &[0.0, 4.5, 3.0], 9.0);
        assert!(svg.contains("<polyline points=\"147,26.0 148,14.0 149,18.0\""), "{svg}");
        assert!(svg.contains("<title>retries a second: now 3, most 4.5</title>"), "{svg}");
    }

    #[test]
    fn where_nothing_happened_it_is_flat_and_where_nothing_is_known_there_is_none() {
        assert!(svg("retries", "healthy", &[0.0; WIDTH], 0.0).contains("points=\"1,26.0 2,26.0"));
        let unknown = svg("retries", "healthy", &[], 0.0);
        assert!(!unknown.contains("points") && unknown.contains("not known yet"), "{unknown}");
    }
}
