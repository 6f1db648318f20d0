//! Goals of each scene, and whether they were reached.

use serde::Serialize;

use crate::outcome::{Drawn, Row};
use crate::setup::{BACKOFF, BUDGET, CANCELLING, INWARD, JITTER, NAIVE, ONE_SECOND, REFUSING, RETRY};

#[derive(Serialize)]
pub(crate) struct Goal {
    pub(crate) what: String,
    pub(crate) measured: String,
    pub(crate) reached: bool,
}

/// The goals of a scene, held against its figures.
pub(crate) fn goals(scene: u32, panels: &[Drawn]) -> Vec<Goal> {
    match scene {
        1 | 2 => vec![
            stay_down(panels, &[NAIVE.name, BACKOFF.name, JITTER.name]),
            load(panels, RETRY.name, 1.2),
            back(panels, RETRY.name, 1.0),
            batch(panels, RETRY.name),
            leaf(panels, BUDGET.name, 1.25),
            back(panels, BUDGET.name, 2.0),
            batch(panels, BUDGET.name),
        ],
        3 => vec![
            leaf(panels, CANCELLING.name, 2.6),
            back(panels, CANCELLING.name, 2.0),
            leaf(panels, INWARD.name, 1.1),
            back(panels, INWARD.name, 2.0),
            leaf(panels, REFUSING.name, 1.15),
            back(panels, REFUSING.name, 2.0),
        ],
        _ => vec![back(panels, ONE_SECOND.name, 2.5)],
    }
}

/// The runs of a setup, one a trigger.
fn rows<'a>(panels: &'a [Drawn], setup: &'a str) -> impl Iterator<Item = &'a Row> {
    panels.iter().flat_map(|panel| &panel.rows).filter(move |row| row.setup == setup)
}

fn stay_down(panels: &[Drawn], setups: &[&str]) -> Goal {
    let back: Vec<_> =
        setups.iter().filter(|setup| rows(panels, setup).any(|row| row.recovery_seconds.is_some())).copied().collect();
    Goal {
        what: format!("{} stay down", setups.join(", ")),
        measured: if back.is_empty() { "all do".to_owned() } else { format!("{} did not", back.join(", ")) },
        reached: back.is_empty(),
    }
}

/// Leaf and dependency.
fn load(panels: &[Drawn], setup: &str, most: f64) -> Goal {
    let peak = rows(panels, setup).map(|row| row.peak_leaf.max(row.peak_dependency)).fold(0.0, f64::max);
    at_most(format!("{setup}: leaf and dependency at most {most}"), peak, most)
}

fn leaf(panels: &[Drawn], setup: &str, most: f64) -> Goal {
    let peak = rows(panels, setup).map(|row| row.peak_leaf).fold(0.0, f64::max);
    at_most(format!("{setup}: leaf at most {most}"), peak, most)
}

fn at_most(what: String, peak: f64, most: f64) -> Goal {
    Goal { what, measured: format!("{peak:.2}"), reached: peak <= most }
}

/// The batch that the same setup runs.
fn batch(panels: &[Drawn], setup: &str) -> Goal {
    let lost = rows(panels, setup).map(|row| row.batch_lost).max().unwrap_or(0);
    Goal { what: format!("{setup}: loses no item of a batch"), measured: lost.to_string(), reached: lost == 0 }
}

fn back(panels: &[Drawn], setup: &str, most: f64) -> Goal {
    let worst = rows(panels, setup).map(|row| row.recovery_seconds.unwrap_or(f64::INFINITY)).fold(0.0, f64::max);
    Goal {
        what: format!("{setup}: back within {most} s"),
        measured: if worst.is_finite() { format!("{worst:.1} s") } else { "never".to_owned() },
        reached: worst <= most,
    }
}
