//! Runs scenes, one run after the other, and shows how far it has come.

use indicatif::{ProgressBar, ProgressStyle};
use retry_examples::random;

use crate::args::Args;
use crate::goal;
use crate::measure::Measure;
use crate::model;
use crate::outcome::{Drawn, Law, OtherQueue, Outcome, Played, Row};
use crate::plan::{END, Plan};
use crate::scene::{Panel, Scene};
use crate::time::SECOND;

/// Plays the scenes that were asked for.
pub(crate) fn play(args: &Args) -> Outcome {
    let scenes: Vec<_> = args.scenes.iter().map(|number| Scene::new(*number, args.instances as usize)).collect();
    let bar = progress_bar(&scenes);
    let stage = Stage { seed: args.seed, bar: &bar };
    let scenes = scenes.iter().map(|scene| stage.play(scene)).collect();
    bar.finish_and_clear();
    Outcome { seed: args.seed, instances: args.instances, scenes }
}

struct Stage<'a> {
    seed: u64,
    bar: &'a ProgressBar,
}

impl Stage<'_> {
    fn play(&self, scene: &Scene) -> Played {
        let batch_lost = |plan: &Plan| model::batch_lost(&plan.setup, self.seed_of(scene));
        let row = |plan: &Plan| Row::new(plan, &self.run(scene, plan), batch_lost(plan));
        let panel = |panel: &Panel| Drawn { title: panel.title, rows: panel.plans.iter().map(row).collect() };
        let panels: Vec<_> = scene.panels.iter().map(panel).collect();
        let queues = scene.queues.iter().map(|plan| OtherQueue::new(plan, &self.run(scene, plan))).collect();
        Played {
            scene: scene.number,
            title: scene.title,
            setups: scene.setups,
            drawn: scene.drawn,
            goals: goal::goals(scene.number, &panels),
            panels,
            law: Law::new(scene.plan(), queues),
        }
    }

    /// Every run of a scene has the same seed, so that only the setup differs.
    fn run(&self, scene: &Scene, plan: &Plan) -> Measure {
        self.bar.set_message(format!("scene {}: {}, {}", scene.number, plan.setup.name, plan.trigger.name()));
        model::run(plan, self.seed_of(scene), || self.bar.inc(1))
    }

    fn seed_of(&self, scene: &Scene) -> u64 {
        random::hash([self.seed, scene.number.into()])
    }
}

/// In simulated seconds; on stderr, and only if that is a terminal.
fn progress_bar(scenes: &[Scene]) -> ProgressBar {
    let runs = scenes.iter().map(Scene::runs).sum::<usize>() as u64;
    let bar = ProgressBar::new(runs * (END / SECOND));
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {wide_msg}") {
        bar.set_style(style);
    }
    bar
}
