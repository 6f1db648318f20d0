//! Time axis, from left to right.

use core::time::Duration;

use crate::review::svg::canvas::{Canvas, LEFT, RIGHT};
use crate::review::svg::schedule::Schedule;
use crate::review::svg::text::short;

pub(super) struct Axis {
    end: Duration,
}

/// Maximum ratio of a deadline on the axis to the worst case.
///
/// A later deadline would leave no room for the bars.
const MAX_DEADLINE_RATIO: u32 = 3;
/// Maximum number of ticks besides the one at zero.
const MAX_TICKS: u32 = 8;

impl Axis {
    pub(super) fn new(schedule: &Schedule) -> Self {
        let near = schedule.deadline.filter(|deadline| *deadline <= schedule.end.saturating_mul(MAX_DEADLINE_RATIO));
        let end = schedule.end.max(near.unwrap_or_default());
        Self { end: if end.is_zero() { schedule.deadline.unwrap_or(Duration::from_secs(1)) } else { end } }
    }

    /// Returns the x coordinate of `time`; `None` if it is not on the axis.
    pub(super) fn position(&self, time: Duration) -> Option<f64> {
        (time <= self.end).then(|| LEFT + time.div_duration_f64(self.end) * (RIGHT - LEFT))
    }

    /// Returns the x coordinate of `time`, or the right end.
    pub(super) fn x(&self, time: Duration) -> f64 {
        self.position(time).unwrap_or(RIGHT)
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, y: f64) {
        canvas.line("axis", (LEFT, y), (RIGHT, y));
        let step = step(self.end);
        let mut tick = Duration::ZERO;
        while let Some(x) = self.position(tick) {
            canvas.line("axis", (x, y), (x, y + 4.0));
            canvas.text("small middle", x, y + 17.0, &short(tick));
            tick = tick.saturating_add(step);
        }
    }
}

/// Returns a round step between ticks, of which at most [`MAX_TICKS`] fit.
fn step(end: Duration) -> Duration {
    let mut steps = round_steps(Duration::from_nanos(1), 10).chain([15, 30].map(Duration::from_secs));
    let minutes = [60, 120, 300, 600, 900, 1800].map(Duration::from_secs);
    let mut longer = minutes.into_iter().chain(round_steps(Duration::from_secs(3600), 20));
    let fits = |step: &Duration| step.saturating_mul(MAX_TICKS) >= end;
    steps.find(fits).or_else(|| longer.find(fits)).unwrap_or(end)
}

/// Returns 1, 2 and 5 times `unit`, ten times these, and so on.
fn round_steps(unit: Duration, powers: u32) -> impl Iterator<Item = Duration> {
    (0..powers).flat_map(move |power| [1, 2, 5].map(|count| unit.saturating_mul(10_u32.saturating_pow(power)) * count))
}
