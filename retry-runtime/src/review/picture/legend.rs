//! What the bars mean.

use crate::review::picture::canvas::{Canvas, PAD};
use crate::review::picture::schedule::Schedule;

/// Draws it below `top`; the height of the picture.
pub(super) fn draw(canvas: &mut Canvas, schedule: &Schedule, top: f64) -> f64 {
    let (y, baseline) = (top - 10.0, top);
    let mut x = PAD;
    if schedule.timeout.is_some() {
        canvas.bar("run", (x, x + 22.0), y, 11.0);
        canvas.text("small", x + 28.0, baseline, "attempt, to its timeout");
    } else {
        canvas.bar("run", (x, x + 3.0), y, 11.0);
        canvas.bar("stub", (x + 3.0, x + 20.0), y + 0.75, 9.5);
        canvas.text("small", x + 28.0, baseline, "attempt, however long");
    }
    x += 190.0;
    canvas.line("surely", (x, y + 5.5), (x + 8.0, y + 5.5));
    canvas.bar("wait", (x + 8.0, x + 24.0), y, 11.0);
    canvas.text("small", x + 30.0, baseline, "wait, ends within the hatched");
    x += 220.0;
    canvas.line("spread", (x + 4.0, y + 5.5), (x + 24.0, y + 5.5));
    canvas.diamond("soonest", x + 4.0, y + 5.5);
    canvas.text("small", x + 30.0, baseline, "can begin within this, soonest if all fail at once");
    top + 18.0
}
