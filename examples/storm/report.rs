//! The figures for people.

use std::fmt::Write;

use retry_examples::table::Align::{Left, Right};
use retry_examples::table::{Cell, Table};

use crate::draw;
use crate::goal::Goal;
use crate::outcome::{Drawn, Law, Outcome, Played, Row};

const LEGEND: &str = "
trigger: what the dependency does from second 5 to 13
peak: the busiest second while the trigger is on, in multiples of normal
retries: of all services, for each call from outside, while the trigger is on
p99: the time in which 99 of 100 calls end, well or not, that begin with the trigger or after it
back: how long after the trigger 99 of 100 calls succeed in that second and in every later one
batch lost: of 1000 items in one process, 50 at once, each of which fails at its first attempt only
";

pub(crate) fn render(outcome: &Outcome) -> String {
    let mut text = format!("seed {}, {} instances of each service\n", outcome.seed, outcome.instances);
    text += LEGEND;
    for scene in &outcome.scenes {
        let _ = write!(text, "\nScene {}: {}\n\n{}\n", scene.scene, scene.title, scene.setups);
        text += &table(&scene.panels);
        text += &law(&scene.law);
        text.push('\n');
        text += &draw::text(scene);
        text.push('\n');
        text += &goals(scene);
    }
    text
}

fn table(panels: &[Drawn]) -> String {
    let mut table = Table::new([
        ("setup", Left),
        ("trigger", Left),
        ("peak leaf", Right),
        ("peak dependency", Right),
        ("retries", Right),
        ("p99", Right),
        ("back", Right),
        ("batch lost", Right),
    ]);
    for panel in panels {
        table.rule();
        for row in &panel.rows {
            table.push(cells(row));
        }
    }
    table.render()
}

fn cells(row: &Row) -> [Cell; 8] {
    [
        one(row.setup),
        one(row.trigger),
        peak_leaf(row),
        one(format!("{:.2}", row.peak_dependency)),
        one(format!("{:.3}", row.retries_a_call)),
        one(format!("{:.2} s", row.p99_seconds)),
        one(back(row.recovery_seconds)),
        one(row.batch_lost.to_string()),
    ]
}

fn peak_leaf(row: &Row) -> Cell {
    let mut lines = one(format!("{:.2}", row.peak_leaf));
    if row.peak_leaf_with_refused > row.peak_leaf {
        lines.push(format!("of {:.2}", row.peak_leaf_with_refused));
    }
    lines
}

fn back(recovery_seconds: Option<f64>) -> String {
    recovery_seconds.map_or("never".to_owned(), |seconds| format!("{seconds:.1} s"))
}

fn one(text: impl Into<String>) -> Cell {
    vec![text.into()]
}

fn law(law: &Law) -> String {
    let Law { headroom, rate, timeout_seconds, longest_harmless_queue, queue, queues } = law;
    let mut text = format!(
        "
The law: a leaf stays down, working for callers who have left, if more attempts a call reach it than its headroom
and its queue holds more than headroom x rate x timeout = {headroom} x {rate}/s x {timeout_seconds} s = \
         {longest_harmless_queue} requests an
instance. Here it holds {queue}.
"
    );
    if queues.is_empty() {
        return text;
    }
    let mut table = Table::new([("naive, queue", Left), ("attempts a call at the end", Right), ("back", Right)]);
    for queue in queues {
        let attempts = format!("{:.1}", queue.attempts_a_call_at_end);
        table.push([one(queue.queue.to_string()), one(attempts), one(back(queue.recovery_seconds))]);
    }
    text.push('\n');
    text += &table.render();
    text
}

fn goals(scene: &Played) -> String {
    let line = |Goal { what, measured, reached }: &Goal| {
        format!("{}  {what}: {measured}\n", if *reached { "reached" } else { "missed " })
    };
    scene.goals.iter().map(line).collect()
}
