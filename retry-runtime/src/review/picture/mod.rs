//! The schedule of an operation as a picture.

mod axis;
mod canvas;
mod files;
mod legend;
mod rows;
mod schedule;
mod words;

use core::time::Duration;
use std::format;
use std::string::String;
use std::vec::Vec;

use self::axis::Axis;
use self::canvas::{Canvas, LEFT, PAD, RIGHT};
use self::schedule::Schedule;
use crate::review::Reviewed;

impl Reviewed {
    /// Its schedule as a picture in SVG: in the worst case each attempt takes as long as its timeout, and each wait as long
    /// as it can; beside it when each attempt can begin at the soonest. A server's hints are not in it.
    ///
    /// It has a title and a description in words, a background of its own, light or dark as the reader wants it, and
    /// patterns beside colours; it loads nothing. Its size is that of its `viewBox`: it scales. The same policy makes the
    /// same picture, so that it can be held against a file.
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
    /// let picture = review.operations()[0].svg();
    /// assert!(picture.starts_with("<svg"));
    /// assert!(picture.contains("<title>shop::quote</title>"));
    /// ```
    pub fn svg(self) -> String {
        match Schedule::of(self) {
            Some(schedule) => drawn(self, &schedule),
            None => unknown(self),
        }
    }
}

fn drawn(of: Reviewed, schedule: &Schedule) -> String {
    let mut canvas = Canvas::new(of.name(), &words::description(of, schedule));
    let below = head(&mut canvas, of, &[words::waits(of), words::bounds(of, schedule)]);
    let axis = Axis::of(schedule);
    let marks = Mark::of(schedule);
    let top = marks.iter().fold(below, |top, _| top + LINE);
    let bottom = rows::draw(&mut canvas, schedule, &axis, top);
    for (mark, line) in marks.iter().zip(1_u8..) {
        mark.draw(&mut canvas, &axis, below + f64::from(line) * LINE - 6.0, bottom);
    }
    axis.draw(&mut canvas, bottom);
    let height = legend::draw(&mut canvas, schedule, bottom + 48.0);
    canvas.finish(height)
}

/// Where each call has a policy of its own.
fn unknown(of: Reviewed) -> String {
    let words = words::unknown(of);
    let mut canvas = Canvas::new(of.name(), &words);
    let below = head(&mut canvas, of, &[words]);
    canvas.finish(below)
}

/// From one line of small text to the next.
const LINE: f64 = 17.0;

/// The name, and lines below it; where what follows begins.
fn head(canvas: &mut Canvas, of: Reviewed, lines: &[String]) -> f64 {
    canvas.text("name", PAD, 30.0, &words::last_part(of.name(), 74));
    let mut baseline = 50.0;
    for line in lines {
        canvas.text("small", PAD, baseline, &words::first_part(line, 112));
        baseline += LINE;
    }
    baseline
}

/// A line over all rows.
struct Mark {
    class: &'static str,
    time: Duration,
    words: String,
}

impl Mark {
    /// The deadline, and the end of the worst case; their labels stand one above the other.
    fn of(schedule: &Schedule) -> Vec<Self> {
        let deadline = schedule.deadline.map(|time| (("deadline", time), words::deadline(schedule, time)));
        let worst = words::worst(schedule).map(|words| (("worst", schedule.end), words));
        let marks = deadline.into_iter().chain(worst);
        marks.map(|((class, time), words)| Self { class, time, words }).collect()
    }

    /// The label is on that side of the line where there is more room; an arrow leads to what is further off.
    fn draw(&self, canvas: &mut Canvas, axis: &Axis, baseline: f64, bottom: f64) {
        let Some(x) = axis.place(self.time) else {
            return canvas.text("small end", RIGHT, baseline, &format!("{} \u{2192}", self.words));
        };
        canvas.line(self.class, (x, baseline - 11.0), (x, bottom));
        if x > f64::midpoint(LEFT, RIGHT) {
            canvas.text("small end", x - 5.0, baseline, &self.words);
        } else {
            canvas.text("small", x + 5.0, baseline, &self.words);
        }
    }
}
