//! The table.

use retry_examples::table::{Align, Table};

use crate::args::Args;
use crate::counts::Counts;
use crate::scene::Scene;

/// Results of a scene.
pub(crate) enum Played {
    Counted(Counts),
    /// The machine has not what it needs.
    Skipped(String),
}

pub(crate) fn render(args: &Args, rows: &[(Scene, Played)]) -> String {
    let mut table = Table::new([
        ("scene", Align::Left),
        ("calls", Align::Right),
        ("attempts", Align::Right),
        ("failed", Align::Right),
        ("paid", Align::Right),
        ("effects", Align::Right),
        ("again", Align::Right),
        ("twice", Align::Right),
        ("untrue", Align::Right),
        ("stuck", Align::Right),
        ("recovery", Align::Right),
        ("verdict", Align::Left),
    ]);
    for (scene, played) in rows {
        let cells = match played {
            Played::Skipped(why) => {
                let mut cells = [const { String::new() }; 12];
                cells[0] = scene.to_string();
                cells[11] = format!("skipped: {why}");
                cells
            }
            Played::Counted(counts) => counted(*scene, counts),
        };
        table.push(cells.map(|cell| vec![cell]));
    }
    format!(
        "{}\nseed {}; `failed`: attempts; `again`: payments that ran again after the store forgot them; `twice`: charged twice; `untrue`: answers; `stuck`: keys that stay open\n",
        table.render(),
        args.seed
    )
}

fn counted(scene: Scene, counts: &Counts) -> [String; 12] {
    let wrong = counts.wrong(scene);
    let number = |count: usize| count.to_string();
    [
        scene.to_string(),
        number(counts.payments),
        counts.attempts.to_string(),
        counts.failed.to_string(),
        number(counts.paid),
        number(counts.effects),
        number(counts.runs_again),
        number(counts.duplicates.len()),
        number(counts.untrue.len() + counts.unpaid.len()),
        number(counts.never_ran.len() + counts.ended.len()),
        counts.recovery.map_or("never".into(), |time| format!("{:.2} s", time.as_secs_f64())),
        if wrong.is_empty() { "holds".into() } else { format!("{} wrong", wrong.len()) },
    ]
}

/// Everything that is wrong in any scene.
pub(crate) fn wrong(rows: &[(Scene, Played)]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (scene, played) in rows {
        if let Played::Counted(counts) = played {
            wrong.extend(counts.wrong(*scene));
        }
    }
    wrong
}
