//! Time, from left to right.

use core::time::Duration;

use crate::review::picture::canvas::{Canvas, LEFT, RIGHT};
use crate::review::picture::schedule::Schedule;
use crate::review::picture::words::short;

pub(super) struct Axis {
    end: Duration,
}

/// A deadline further off than so many times the worst case would leave nothing to see of it.
const FAR: u32 = 3;
/// The most ticks beside the one at zero.
const TICKS: u32 = 8;

impl Axis {
    pub(super) fn of(schedule: &Schedule) -> Self {
        let near = schedule.deadline.filter(|deadline| *deadline <= schedule.end.saturating_mul(FAR));
        let end = schedule.end.max(near.unwrap_or_default());
        Self { end: if end.is_zero() { schedule.deadline.unwrap_or(Duration::from_secs(1)) } else { end } }
    }

    /// Where `time` is; `None` if it is further right.
    pub(super) fn place(&self, time: Duration) -> Option<f64> {
        (time <= self.end).then(|| LEFT + time.div_duration_f64(self.end) * (RIGHT - LEFT))
    }

    /// Where `time` is, or the right end.
    pub(super) fn x(&self, time: Duration) -> f64 {
        self.place(time).unwrap_or(RIGHT)
    }

    pub(super) fn draw(&self, canvas: &mut Canvas, y: f64) {
        canvas.line("axis", (LEFT, y), (RIGHT, y));
        let step = step(self.end);
        let mut tick = Duration::ZERO;
        while let Some(x) = self.place(tick) {
            canvas.line("axis", (x, y), (x, y + 4.0));
            canvas.text("small middle", x, y + 17.0, &short(tick));
            tick = tick.saturating_add(step);
        }
    }
}

/// A round step of which few make `end`.
fn step(end: Duration) -> Duration {
    let mut steps = rounds(Duration::from_nanos(1), 10).chain([15, 30].map(Duration::from_secs));
    let minutes = [60, 120, 300, 600, 900, 1800].map(Duration::from_secs);
    let mut longer = minutes.into_iter().chain(rounds(Duration::from_secs(3600), 20));
    let is_enough = |step: &Duration| step.saturating_mul(TICKS) >= end;
    steps.find(is_enough).or_else(|| longer.find(is_enough)).unwrap_or(end)
}

/// 1, 2 and 5 of `unit`, of ten times as much, and so on.
fn rounds(unit: Duration, powers: u32) -> impl Iterator<Item = Duration> {
    (0..powers).flat_map(move |power| [1, 2, 5].map(|count| unit.saturating_mul(10_u32.saturating_pow(power)) * count))
}
