//! Rows of the chart.
//!
//! Each attempt has a row, or the attempts between the first and the last ones share one.

use core::time::Duration;
use std::string::String;

use crate::review::svg::axis::Axis;
use crate::review::svg::canvas::{Canvas, PAD, RIGHT};
use crate::review::svg::schedule::{Attempt, Rest, Schedule, grouped};
use crate::review::svg::text;

/// Height of a row.
const HEIGHT: f64 = 34.0;
/// Height of a bar.
const BAR: f64 = 13.0;
/// Width of an attempt without a timeout.
const STUB: f64 = 16.0;
/// Draws all rows from `top`; returns the y coordinate below them.
pub(super) fn draw(canvas: &mut Canvas, schedule: &Schedule, axis: &Axis, mut top: f64) -> f64 {
    for group in grouped(schedule) {
        labels(canvas, top, &text::row(group));
        for attempt in group {
            bars(canvas, schedule, axis, attempt, top);
        }
        if let (Some(first), Some(last)) = (group.first(), group.last()) {
            start_range(canvas, axis, (first.earliest, last.start), top);
        }
        top += HEIGHT;
    }
    if let Some(rest) = &schedule.rest {
        labels(canvas, top, &text::rest(schedule, rest));
        draw_rest(canvas, schedule, axis, rest, top);
        top += HEIGHT;
    }
    top + 4.0
}

fn labels(canvas: &mut Canvas, top: f64, (name, detail): &(String, String)) {
    canvas.line("row", (PAD, top), (RIGHT, top));
    canvas.text("", PAD, top + 14.0, name);
    canvas.text("small", PAD, top + 28.0, detail);
}

/// Draws a delay and the attempt after it.
fn bars(canvas: &mut Canvas, schedule: &Schedule, axis: &Axis, attempt: &Attempt, top: f64) {
    let y = top + 5.0;
    if let Some(delay) = &attempt.delay {
        let shortest = axis.x(attempt.delay_start.saturating_add(*delay.start()));
        let middle = y + BAR / 2.0;
        canvas.line("shortest", (axis.x(attempt.delay_start), middle), (shortest, middle));
        if !delay.end().is_zero() {
            canvas.bar("delay", (shortest, axis.x(attempt.start)), y, BAR);
        }
    }
    let start = axis.x(attempt.start);
    match schedule.timeout {
        Some(_) => canvas.bar("attempt", (start, axis.x(attempt.end)), y, BAR),
        None => {
            canvas.bar("attempt", (start, start + 3.0), y, BAR);
            canvas.bar("stub", (start + 3.0, start + STUB), y + 0.75, BAR - 1.5);
        }
    }
}

/// Draws the range from the earliest to the latest start of an attempt.
fn start_range(canvas: &mut Canvas, axis: &Axis, (earliest, latest): (Duration, Duration), top: f64) {
    let (x, y) = (axis.x(earliest), top + 25.0);
    canvas.line("range", (x, y), (axis.x(latest), y));
    canvas.diamond("earliest", x, y);
}

/// Draws attempts that run only if time is left, or without bound.
fn draw_rest(canvas: &mut Canvas, schedule: &Schedule, axis: &Axis, rest: &Rest, top: f64) {
    match rest.earliest {
        Some(earliest) => start_range(canvas, axis, (earliest, schedule.end), top),
        None => canvas.text("", axis.x(schedule.end), top + 14.0, "\u{2026}"),
    }
}
