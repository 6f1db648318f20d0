//! Runs scenes, one run after the other, and shows how far it has come.

use std::error::Error;

use indicatif::{ProgressBar, ProgressStyle};
use retry_examples::random;
use retry_runtime::storm::{Batch, Verdict};

use crate::args::Args;
use crate::goal;
use crate::outcome::{Drawn, Law, OtherQueue, Outcome, Played, Row};
use crate::plan::Plan;
use crate::scene::{Panel, Scene};

/// Items of a batch.
const ITEMS: u32 = 1000;
/// Number of its items that are in work.
const AT_ONCE: u32 = 50;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Plays the scenes that were asked for.
///
/// # Errors
///
/// If a system is incomplete.
pub(crate) fn play(args: &Args) -> Result<Outcome> {
    let scenes: Vec<_> = args.scenes.iter().map(|number| Scene::new(*number, args.instances)).collect();
    let bar = progress_bar(&scenes);
    let stage = Stage { seed: args.seed, bar: &bar };
    let scenes = scenes.iter().map(|scene| stage.play(scene)).collect::<Result<_>>()?;
    bar.finish_and_clear();
    Ok(Outcome { seed: args.seed, instances: args.instances, scenes })
}

struct Stage<'a> {
    seed: u64,
    bar: &'a ProgressBar,
}

impl Stage<'_> {
    fn play(&self, scene: &Scene) -> Result<Played> {
        let row = |plan: &Plan| Ok(Row::new(plan, &self.run(scene, plan)?, self.batch_lost(scene, plan)?));
        let panel =
            |panel: &Panel| Ok(Drawn { title: panel.title, rows: panel.plans.iter().map(row).collect::<Result<_>>()? });
        let panels: Vec<_> = scene.panels.iter().map(panel).collect::<Result<_>>()?;
        let queue = |plan: &Plan| Ok(OtherQueue::new(plan, &self.run(scene, plan)?));
        let queues = scene.queues.iter().map(queue).collect::<Result<_>>()?;
        Ok(Played {
            scene: scene.number,
            title: scene.title,
            setups: scene.setups,
            drawn: scene.drawn,
            goals: goal::goals(scene.number, &panels),
            panels,
            law: Law::new(scene.plan(), queues),
        })
    }

    /// Every run of a scene has the same seed, so that only the setup differs.
    fn run(&self, scene: &Scene, plan: &Plan) -> Result<Verdict> {
        self.bar.set_message(format!("scene {}: {}, {}", scene.number, plan.setup.name, plan.fault.name()));
        let storm = plan.storm(self.seed_of(scene));
        let verdicts = storm.trigger(plan.fault.trigger(), Plan::lasts()).run()?;
        self.bar.inc(1);
        verdicts.all().first().cloned().ok_or_else(|| "a trigger has a verdict".into())
    }

    fn batch_lost(&self, scene: &Scene, plan: &Plan) -> Result<u32> {
        let batch = Batch::new(ITEMS, AT_ONCE).seed(self.seed_of(scene));
        Ok(batch.run(&plan.setup.leaf_call())?.lost())
    }

    fn seed_of(&self, scene: &Scene) -> u64 {
        random::hash([self.seed, scene.number.into()])
    }
}

/// By runs; on stderr, and only if that is a terminal.
fn progress_bar(scenes: &[Scene]) -> ProgressBar {
    let bar = ProgressBar::new(scenes.iter().map(Scene::runs).sum::<usize>() as u64);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent:>3} %  {wide_msg}") {
        bar.set_style(style);
    }
    bar
}
