//! The table.

use std::fmt::Write;

use retry_examples::table::{Align, Table};

use crate::args::Args;
use crate::counts::Counts;

pub(crate) fn render(args: &Args, counts: &Counts) -> String {
    let mut table = Table::new([("what", Align::Left), ("count", Align::Right)]);
    let rows: [(&str, String); 12] = [
        ("payments", counts.payments.to_string()),
        ("attempts", counts.attempts.to_string()),
        ("answers lost", counts.lost.to_string()),
        ("exchanges cut midway", counts.cut.to_string()),
        ("connections to the store cut", counts.store_cut.to_string()),
        ("servers killed", counts.killed.to_string()),
        ("servers stopped for longer than the lease", counts.pauses.to_string()),
        ("replays", counts.replays.to_string()),
        ("takeovers", counts.takeovers.to_string()),
        ("fenced", counts.fenced.to_string()),
        ("interrupted", counts.interrupted.len().to_string()),
        ("duplicates", counts.duplicates.to_string()),
    ];
    for (what, count) in rows {
        table.push([vec![what.to_owned()], vec![count]]);
    }
    let mut text = table.render();
    let hits: Vec<_> = counts.hits.iter().map(|(window, hits)| format!("{} {hits}", window.name())).collect();
    let _ = writeln!(text, "\nkills that caught a request: {}; seed {}", hits.join(", "), args.seed);
    text
}
