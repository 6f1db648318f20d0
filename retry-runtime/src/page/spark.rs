//! Sparkline of the last minutes.

use core::fmt::Write as _;
use std::format;
use std::string::String;

use crate::page::history::MAX_SAMPLES;

/// Width in units of the view box: one per sample.
const WIDTH: usize = MAX_SAMPLES - 1;
const HEIGHT: f64 = 28.0;
/// Space for the width of the line at top and bottom.
const MARGIN: f64 = 2.0;

/// Renders a line of `rates`, scaled to `top`.
///
/// The last rate is at the right edge; the CSS class `class` colours the line.
pub(super) fn svg(title: &str, class: &str, rates: &[f64], top: f64) -> String {
    let description = description(title, rates);
    let mut svg = format!(
        "<svg class=\"spark {class}\" role=\"img\" aria-label=\"{description}\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         preserveAspectRatio=\"none\"><title>{description}</title>"
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

/// Returns a text as `retries per second: now 3, max 12`.
fn description(title: &str, rates: &[f64]) -> String {
    match rates.last() {
        Some(now) => format!("{title} per second: now {}, max {}", brief(*now), brief(maximum(rates))),
        None => format!("{title} per second: no data yet"),
    }
}

/// Formats a rate; one below 10 with its tenths.
pub(super) fn brief(rate: f64) -> String {
    if rate.fract() == 0.0 || rate >= 10.0 { format!("{rate:.0}") } else { format!("{rate:.1}") }
}

fn points(rates: &[f64], top: f64) -> String {
    let left = WIDTH + 1 - rates.len().min(WIDTH);
    let mut points = String::new();
    for (at, rate) in rates.iter().enumerate() {
        let share = if top > 0.0 { rate / top } else { 0.0 };
        let height = HEIGHT - MARGIN - share * (HEIGHT - 2.0 * MARGIN);
        let gap = if at == 0 { "" } else { " " };
        let _ = write!(points, "{gap}{},{height:.1}", left + at);
    }
    points
}

pub(super) fn maximum(rates: &[f64]) -> f64 {
    rates.iter().copied().fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_ends_at_the_right_edge_and_is_scaled_to_the_top() {
        let svg = svg("retries", "degraded", &[0.0, 4.5, 3.0], 9.0);
        assert!(svg.contains("<polyline points=\"147,26.0 148,14.0 149,18.0\""), "{svg}");
        assert!(svg.contains("<title>retries per second: now 3, max 4.5</title>"), "{svg}");
    }

    #[test]
    fn a_line_is_flat_without_retries_and_absent_without_samples() {
        assert!(svg("retries", "healthy", &[0.0; WIDTH], 0.0).contains("points=\"1,26.0 2,26.0"));
        let unknown = svg("retries", "healthy", &[], 0.0);
        assert!(!unknown.contains("points") && unknown.contains("no data yet"), "{unknown}");
    }
}
