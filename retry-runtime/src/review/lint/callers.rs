//! What a function may take fits into what its callers let it.

use core::time::Duration;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::review::Reviewed;
use crate::review::lint::edges::Edges;
use crate::review::lint::{Finding, Rule};
use crate::review::row::time;

/// What is wrong with the operation at `inner` inside each of its callers.
pub(super) fn told(inner: usize, edges: &Edges<'_>) -> Vec<Finding> {
    let of = edges.operation(inner);
    edges
        .callers(inner)
        .filter_map(|outer| {
            let caller = edges.operation(outer);
            cut_first(of, caller).or_else(|| too_long(of, caller))
        })
        .collect()
}

fn cut_first(of: Reviewed, caller: Reviewed) -> Option<Finding> {
    let (own, cut) = of.attempt_timeout().known().zip(caller.attempt_timeout().known())?;
    (cut <= own).then(|| {
        let (own, cut, name) = (time(own), time(cut), caller.name());
        let words = format!(
            "its attempts are cut after {own}, but an attempt of `{name}`, which calls it, after {cut}: no retry follows \
             one that is cut; write an `attempt_timeout` below {cut} here, or a longer one there"
        );
        Finding::new(of, Rule::TimeoutOfCaller, words)
    })
}

fn too_long(of: Reviewed, caller: Reviewed) -> Option<Finding> {
    let limit = Limit::of(caller)?;
    let worst = of.worst();
    let needs = worst.time.or(worst.waiting).filter(|needs| *needs > limit.after)?;
    let (verb, what) = if worst.time.is_some() { ("take", "") } else { ("wait", " between its attempts") };
    let (needs, name, end) = (time(needs), caller.name(), limit.words());
    let words = format!(
        "it may {verb} {needs}{what}, but {end} `{name}`, which calls it: {}; shorten its waits or attempts, or let \
         `{name}` have more than {needs}",
        last_attempt(of, limit.after)
    );
    Some(Finding::new(of, Rule::DeadlineOfCaller, words))
}

/// The sooner end of a caller: no attempt timeout is above a deadline.
struct Limit {
    after: Duration,
    is_deadline: bool,
}

impl Limit {
    fn of(caller: Reviewed) -> Option<Self> {
        let timeout = caller.attempt_timeout().known().map(|after| Self { after, is_deadline: false });
        timeout.or_else(|| caller.deadline().known().map(|after| Self { after, is_deadline: true }))
    }

    fn words(&self) -> String {
        let after = time(self.after);
        if self.is_deadline {
            format!("{after} is the deadline of")
        } else {
            format!("{after} is the attempt timeout of")
        }
    }
}

/// Which attempt is the last that begins within `limit`, where each attempt and each wait takes as long as it can; an attempt
/// that nothing cuts counts as no time.
fn last_attempt(of: Reviewed, limit: Duration) -> String {
    let running = of.attempt_timeout().known().unwrap_or_default();
    let mut begin = Duration::ZERO;
    let windows = of.windows();
    let begins = windows.iter().map(|wait| {
        begin = begin.saturating_add(running).saturating_add(*wait.end());
        begin
    });
    let retries = begins.take_while(|begin| *begin < limit).count();
    let last = retries + 1;
    match of.worst().attempts {
        Some(most) if retries == windows.len() => format!("attempt {most} may be cut short"),
        Some(most) => format!("attempt {last} of {most} may be the last that begins"),
        None if retries == windows.len() => "it may end early".into(),
        None => format!("attempt {last} may be the last that begins"),
    }
}
