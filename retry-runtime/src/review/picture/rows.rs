//! A row an attempt, where there are few; else the first and the last, and one row for those between.

use core::time::Duration;
use std::string::String;

use crate::review::picture::axis::Axis;
use crate::review::picture::canvas::{Canvas, PAD, RIGHT};
use crate::review::picture::schedule::{Attempt, Rest, Schedule};
use crate::review::picture::words;

const HEIGHT: f64 = 34.0;
/// Of a bar.
const BAR: f64 = 13.0;
/// How far an attempt is drawn whose end nothing says.
const STUB: f64 = 16.0;
/// The most attempts with a row each.
const MOST: usize = 12;
/// Of more, so many at the begin and at the end have one.
const FIRST: usize = 5;
const LAST: usize = 2;

/// Attempts that share a row.
pub(super) fn grouped(schedule: &Schedule) -> impl Iterator<Item = &[Attempt]> {
    let all = &schedule.attempts[..];
    let singles = if all.len() > MOST { FIRST } else { all.len() };
    let (first, others) = all.split_at(singles);
    let (between, last) = others.split_at(others.len().saturating_sub(LAST));
    let between = Some(between).filter(|group| !group.is_empty());
    first.chunks(1).chain(between).chain(last.chunks(1))
}

/// Draws all rows from `top` on; where they end.
pub(super) fn draw(canvas: &mut Canvas, schedule: &Schedule, axis: &Axis, mut top: f64) -> f64 {
    for group in grouped(schedule) {
        labels(canvas, top, &words::row(group));
        for attempt in group {
            bars(canvas, schedule, axis, attempt, top);
        }
        if let (Some(first), Some(last)) = (group.first(), group.last()) {
            spread(canvas, axis, (first.soonest, last.begin), top);
        }
        top += HEIGHT;
    }
    if let Some(rest) = &schedule.rest {
        labels(canvas, top, &words::rest(schedule, rest));
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

/// The wait and the attempt after it.
fn bars(canvas: &mut Canvas, schedule: &Schedule, axis: &Axis, attempt: &Attempt, top: f64) {
    let y = top + 5.0;
    if let Some(wait) = &attempt.wait {
        let opens = axis.x(attempt.free.saturating_add(*wait.start()));
        let middle = y + BAR / 2.0;
        canvas.line("surely", (axis.x(attempt.free), middle), (opens, middle));
        if !wait.end().is_zero() {
            canvas.bar("wait", (opens, axis.x(attempt.begin)), y, BAR);
        }
    }
    let begin = axis.x(attempt.begin);
    match schedule.timeout {
        Some(_) => canvas.bar("run", (begin, axis.x(attempt.end)), y, BAR),
        None => {
            canvas.bar("run", (begin, begin + 3.0), y, BAR);
            canvas.bar("stub", (begin + 3.0, begin + STUB), y + 0.75, BAR - 1.5);
        }
    }
}

/// From the soonest to the latest that an attempt can begin.
fn spread(canvas: &mut Canvas, axis: &Axis, (soonest, latest): (Duration, Duration), top: f64) {
    let (x, y) = (axis.x(soonest), top + 25.0);
    canvas.line("spread", (x, y), (axis.x(latest), y));
    canvas.diamond("soonest", x, y);
}

/// Attempts that come only if time is left, or without end.
fn draw_rest(canvas: &mut Canvas, schedule: &Schedule, axis: &Axis, rest: &Rest, top: f64) {
    match rest.soonest {
        Some(soonest) => spread(canvas, axis, (soonest, schedule.end), top),
        None => canvas.text("", axis.x(schedule.end), top + 14.0, "\u{2026}"),
    }
}
