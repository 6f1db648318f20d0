//! Verdicts as text.

use core::fmt::{self, Display, Formatter, Write};
use core::time::Duration;
use std::format;
use std::string::String;

use crate::storm::advice::{advice, overloaded, time};
use crate::storm::assumptions::short;
use crate::storm::causes::causes;
use crate::storm::plan::System;
use crate::storm::verdict::{Baseline, Verdict, Verdicts};

/// One line: the trigger, and when the system is back.
impl Display for Verdict {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} for {}: {}", self.trigger, time(self.lasts), answer(self))
    }
}

/// A table of all verdicts, and the assumptions.
impl Display for Verdicts {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "| trigger | back after | traffic lost | succeed at the end | peak of each service |")?;
        writeln!(formatter, "|---|---|---|---|---|")?;
        for verdict in &self.verdicts {
            let peaks: std::vec::Vec<_> =
                verdict.services.iter().map(|load| format!("`{}` {}", load.name, short(load.peak))).collect();
            writeln!(
                formatter,
                "| {} for {} | {} | {:.1} s | {:.0} % | {} |",
                verdict.trigger,
                time(verdict.lasts),
                answer(verdict),
                verdict.seconds_lost,
                verdict.success_at_end * 100.0,
                peaks.join(", ")
            )?;
        }
        writeln!(formatter, "\nPeaks are multiples of the normal load while the trigger is on. Assumptions:")?;
        self.assumptions.iter().try_for_each(|line| writeln!(formatter, "- {line}"))
    }
}

/// Writes the report of a system that is not back in time.
pub(super) fn failure(system: &System, verdicts: &Verdicts, verdict: &Verdict, limit: Duration) -> String {
    if let Some(baseline) = &verdict.baseline {
        return format!("{}\n{verdicts}", not_healthy(system, baseline));
    }
    let mut text = format!("not back within {} after {} for {}\n\n", time(limit), verdict.trigger, time(verdict.lasts));
    let _ = writeln!(
        text,
        "back: {}; {:.1} s of traffic lost; {:.0} % of the calls succeed at the end; seed {}",
        answer(verdict),
        verdict.seconds_lost,
        verdict.success_at_end * 100.0,
        verdict.seed
    );
    if let Some(at) = overloaded(system, verdict) {
        let load = &verdict.services[at];
        let _ = writeln!(
            text,
            "overloaded: `{}` gets {} times its load of {}/s in the worst second of the trigger, and {} times at the end; it can \
             serve {} times",
            load.name,
            short(load.peak),
            short(load.normal),
            short(load.at_end),
            short(load.headroom().unwrap_or_default())
        );
        text += "\nwhat to change:\n";
        for line in advice(system, at) {
            let _ = writeln!(text, "- {line}");
        }
    }
    format!("{text}\n{verdicts}")
}

/// Writes the report of a system that is not healthy before the trigger.
fn not_healthy(system: &System, baseline: &Baseline) -> String {
    let mut text = format!(
        "not healthy before the trigger: {} % of the calls succeed without it, and 99 % are healthy\n\nload without the trigger:\n",
        short(baseline.success * 100.0)
    );
    for (service, load) in system.services.iter().zip(&baseline.loads) {
        let (name, expected) = (service.name, short(service.load));
        let _ =
            write!(text, "- `{name}` gets {} requests per second, and {expected} while nothing fails", short(*load));
        let capacity = service.capacity.map(|capacity| short(capacity.per_second));
        let _ = writeln!(text, "{}", capacity.map_or(String::new(), |capacity| format!("; it can serve {capacity}")));
    }
    text += "\nwhat to change:\n";
    for line in causes(system) {
        let _ = writeln!(text, "- {line}");
    }
    text
}

fn answer(verdict: &Verdict) -> String {
    if let Some(baseline) = &verdict.baseline {
        return format!("not healthy before the trigger ({} % succeed without it)", short(baseline.success * 100.0));
    }
    match (verdict.back_after, verdict.stopped_after) {
        (Some(after), _) => time(after),
        (None, Some(after)) => format!("never (stopped after {})", time(after)),
        (None, None) => format!("never (within {})", time(verdict.watch)),
    }
}
