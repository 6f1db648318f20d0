//! Legend of the chart.

use crate::review::svg::canvas::{Canvas, PAD};
use crate::review::svg::schedule::Schedule;

/// Draws the legend below `top`; returns the height of the chart.
pub(super) fn draw(canvas: &mut Canvas, schedule: &Schedule, top: f64) -> f64 {
    let (y, baseline) = (top - 10.0, top);
    let mut x = PAD;
    if schedule.timeout.is_some() {
        canvas.bar("attempt", (x, x + 22.0), y, 11.0);
        canvas.text("small", x + 28.0, baseline, "attempt, up to its timeout");
    } else {
        canvas.bar("attempt", (x, x + 3.0), y, 11.0);
        canvas.bar("stub", (x + 3.0, x + 20.0), y + 0.75, 9.5);
        canvas.text("small", x + 28.0, baseline, "attempt without a timeout");
    }
    x += 190.0;
    canvas.line("shortest", (x, y + 5.5), (x + 8.0, y + 5.5));
    canvas.bar("delay", (x + 8.0, x + 24.0), y, 11.0);
    canvas.text("small", x + 30.0, baseline, "delay, ends in the hatched part");
    x += 220.0;
    canvas.line("range", (x + 4.0, y + 5.5), (x + 24.0, y + 5.5));
    canvas.diamond("earliest", x + 4.0, y + 5.5);
    canvas.text("small", x + 30.0, baseline, "possible starts, earliest if all fail at once");
    top + 18.0
}
