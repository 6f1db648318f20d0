//! Load over time, as pictures.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use retry_examples::chart::{self, Chart, Series};

use crate::outcome::{Drawn, Outcome, Played, Row};
use crate::plan::TRIGGER;
use crate::scene::Load;

/// The pictures of a scene, for a terminal.
pub(crate) fn text(scene: &Played) -> String {
    scene.panels.iter().map(|panel| chart::text(&chart(panel, scene.drawn))).collect::<Vec<_>>().join("\n")
}

/// Writes a picture of each scene into `folder`, and says where.
///
/// # Errors
///
/// If a file cannot be written.
pub(crate) fn write(outcome: &Outcome, folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::create_dir_all(folder)?;
    let draw = |scene: &Played| {
        let charts: Vec<_> = scene.panels.iter().map(|panel| chart(panel, scene.drawn)).collect();
        let path = folder.join(format!("storm-{}.svg", scene.scene));
        fs::write(&path, chart::svg(&format!("Scene {}: {}", scene.scene, scene.title), &charts, 2))?;
        Ok(path)
    };
    outcome.scenes.iter().map(draw).collect()
}

fn chart(panel: &Drawn, drawn: Load) -> Chart {
    let series = |row: &Row| {
        let points = match drawn {
            Load::Leaf => &row.load_of_leaf,
            Load::Dependency => &row.load_of_dependency,
        };
        Series { name: row.setup.to_owned(), points: points.clone() }
    };
    let drawn = match drawn {
        Load::Leaf => "leaf",
        Load::Dependency => "dependency",
    };
    Chart {
        title: panel.title.to_owned(),
        x: format!("seconds; the trigger is on from {} to {}", TRIGGER.0, TRIGGER.1),
        y: format!("requests at the {drawn}, in multiples of normal"),
        series: panel.rows.iter().map(series).collect(),
    }
}
