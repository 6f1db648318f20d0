//! The schedule of an operation as an SVG chart.

mod axis;
mod canvas;
mod files;
mod legend;
mod rows;
mod schedule;
mod text;

use core::time::Duration;
use std::format;
use std::string::String;
use std::vec::Vec;

use self::axis::Axis;
use self::canvas::{Canvas, LEFT, PAD, RIGHT};
use self::schedule::Schedule;
use crate::review::reviewed::ReviewedOperation;

impl ReviewedOperation {
    /// Draws the schedule of the operation as an SVG chart.
    ///
    /// The chart shows the worst case, in which each attempt takes as long as its timeout and each delay is the longest
    /// one, and the earliest start of each attempt. It does not draw server hints, and names the time in line in words.
    ///
    /// The chart has a title and a description, a background for light and dark mode, and patterns besides colours. It loads
    /// nothing, and scales with its `viewBox`. The same policy gives the same text, so that a test can compare it with a
    /// file.
    ///
    /// ```standalone_crate
    /// # mod shop {
    /// # use retry_runtime::retry;
    /// #[retry(max_attempts = 3, backoff = exp(500ms, 4s), retry_on = transient, attempt_timeout = 2s, name = "shop::quote")]
    /// pub async fn quote() -> std::io::Result<u32> {
    ///     Ok(7)
    /// }
    /// # }
    /// # let _ = shop::quote;
    /// use retry_runtime::review::Review;
    ///
    /// let review = Review::all();
    /// let svg = review.operations()[0].svg();
    /// assert!(svg.starts_with("<svg"));
    /// assert!(svg.contains("<title>shop::quote</title>"));
    /// ```
    pub fn svg(self) -> String {
        match Schedule::new(self) {
            Some(schedule) => draw(self, &schedule),
            None => draw_unknown(self),
        }
    }
}

fn draw(operation: ReviewedOperation, schedule: &Schedule) -> String {
    let mut canvas = Canvas::new(operation.name(), &text::description(operation, schedule));
    let lines = [Some(text::delays(operation)), Some(text::bounds(operation, schedule)), text::in_line(operation)];
    let below = head(&mut canvas, operation, &lines.into_iter().flatten().collect::<Vec<_>>());
    let axis = Axis::new(schedule);
    let markers = Marker::new(schedule);
    let top = markers.iter().fold(below, |top, _| top + LINE);
    let bottom = rows::draw(&mut canvas, schedule, &axis, top);
    for (marker, line) in markers.iter().zip(1_u8..) {
        marker.draw(&mut canvas, &axis, below + f64::from(line) * LINE - 6.0, bottom);
    }
    axis.draw(&mut canvas, bottom);
    let height = legend::draw(&mut canvas, schedule, bottom + 48.0);
    canvas.finish(height)
}

/// Draws an operation whose calls have a policy of their own each.
fn draw_unknown(operation: ReviewedOperation) -> String {
    let text = text::unknown(operation);
    let mut canvas = Canvas::new(operation.name(), &text);
    let below = head(&mut canvas, operation, &[text]);
    canvas.finish(below)
}

/// Height of a line of small text.
const LINE: f64 = 17.0;

/// Draws the name and lines below it; returns the y coordinate below them.
fn head(canvas: &mut Canvas, operation: ReviewedOperation, lines: &[String]) -> f64 {
    canvas.text("name", PAD, 30.0, &text::truncate_start(operation.name(), 74));
    let mut baseline = 50.0;
    for line in lines {
        canvas.text("small", PAD, baseline, &text::truncate_end(line, 112));
        baseline += LINE;
    }
    baseline
}

/// Vertical line across all rows.
struct Marker {
    class: &'static str,
    time: Duration,
    label: String,
}

impl Marker {
    /// Creates the markers of the deadline and of the worst case.
    ///
    /// Their labels are stacked.
    fn new(schedule: &Schedule) -> Vec<Self> {
        let deadline = schedule.deadline.map(|time| (("deadline", time), text::deadline(schedule, time)));
        let worst = text::worst_case(schedule).map(|label| (("worst", schedule.end), label));
        let markers = deadline.into_iter().chain(worst);
        markers.map(|((class, time), label)| Self { class, time, label }).collect()
    }

    /// Draws the line with its label on the side with more room.
    ///
    /// An arrow points to a time outside the chart.
    fn draw(&self, canvas: &mut Canvas, axis: &Axis, baseline: f64, bottom: f64) {
        let Some(x) = axis.position(self.time) else {
            return canvas.text("small end", RIGHT, baseline, &format!("{} \u{2192}", self.label));
        };
        canvas.line(self.class, (x, baseline - 11.0), (x, bottom));
        if x > f64::midpoint(LEFT, RIGHT) {
            canvas.text("small end", x - 5.0, baseline, &self.label);
        } else {
            canvas.text("small", x + 5.0, baseline, &self.label);
        }
    }
}
