//! The figures of a scene, and what is wrong about them.

use std::collections::HashMap;
use std::error::Error;
use std::time::{Duration, Instant};

use retry_idempotency::Admin;
use retry_idempotency::admin::{Filter, KeyState};
use tokio::time::timeout;

use crate::clients::{Log, Told};
use crate::gateway::{Gateway, Payment};
use crate::scene::Scene;

/// A service is back within this time after its store.
const RECOVERY: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) payments: usize,
    pub(crate) attempts: u32,
    pub(crate) failed: u32,
    pub(crate) paid: usize,
    pub(crate) effects: usize,
    /// Bodies that ran more than once.
    pub(crate) runs_again: usize,
    pub(crate) duplicates: Vec<String>,
    /// Successes without an effect.
    pub(crate) unpaid: Vec<String>,
    /// Answers 'nothing was run' that were not true.
    pub(crate) untrue: Vec<String>,
    /// Keys that stay open though no body began.
    pub(crate) never_ran: Vec<String>,
    /// Keys that stay open though their body ended.
    pub(crate) ended: Vec<String>,
    /// Payments without an answer.
    pub(crate) unanswered: Vec<String>,
    /// The store cannot be read in the end.
    pub(crate) unreadable: Option<String>,
    /// Time from the end of the fault to the first success through each door.
    pub(crate) recovery: Option<Duration>,
}

impl Counts {
    pub(crate) fn new(logs: Vec<Vec<Log>>, gateway: &Gateway, recovered: Instant) -> Self {
        let firsts = logs.iter().map(|door| first_after(door, recovered));
        let recovery = firsts.collect::<Option<Vec<_>>>().and_then(|firsts| firsts.into_iter().max());
        let mut counts = Self { recovery, ..Self::default() };
        let happened = gateway.all();
        for log in logs.into_iter().flatten() {
            counts.attempts += log.attempts;
            counts.failed += log.failed;
            counts.untrue.extend(log.untrue);
            for (payment, told) in log.payments {
                counts.payments += 1;
                let has_effect = happened.get(&payment).is_some_and(|payment| !payment.charges.is_empty());
                match told {
                    Told::Paid if has_effect => counts.paid += 1,
                    Told::Paid => counts.unpaid.push(payment),
                    Told::Interrupted => {}
                    _ => counts.unanswered.push(payment),
                }
            }
        }
        counts.count_effects(&happened);
        counts
    }

    fn count_effects(&mut self, happened: &HashMap<String, Payment>) {
        self.effects = happened.values().filter(|payment| !payment.charges.is_empty()).count();
        self.runs_again = happened.values().filter(|payment| payment.runs > 1).count();
        let twice = happened.iter().filter(|(_, payment)| payment.charges.len() > 1);
        self.duplicates = twice.map(|(name, _)| name.clone()).collect();
    }

    /// Counts keys that are not finished, when every lease is over.
    ///
    /// # Errors
    ///
    /// If the store cannot be read.
    pub(crate) async fn count_open(&mut self, store: &dyn Admin, gateway: &Gateway) -> Result<(), Box<dyn Error>> {
        let mut after = None;
        loop {
            let page = timeout(RECOVERY, store.list(Filter::default(), after.as_ref(), 500)).await??;
            for entry in page.entries.iter().filter(|entry| entry.state != KeyState::Finished) {
                let name = entry.id().key().to_owned();
                if gateway.payment(&name).runs == 0 { &mut self.never_ran } else { &mut self.ended }.push(name);
            }
            after = page.next;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    /// Outcomes that are wrong, whatever the store does.
    pub(crate) fn wrong(&self, scene: Scene) -> Vec<String> {
        let mut wrong: Vec<_> =
            self.unreadable.iter().map(|why| format!("{scene}: the store cannot be read: {why}")).collect();
        let mut none = |what: &str, payments: &[String]| {
            if let Some(first) = payments.first() {
                wrong.push(format!("{scene}: {} {what}, such as {first}", payments.len()));
            }
        };
        none("payments were charged twice", &self.duplicates);
        none("successes were told without a charge", &self.unpaid);
        none("answers 'nothing was run' were untrue", &self.untrue);
        none("payments have no answer", &self.unanswered);
        none("keys are stuck though nothing ran", &self.never_ran);
        none("keys are stuck though their body ended", &self.ended);
        if self.runs_again > 0 && !scene.may_forget() {
            wrong.push(format!("{scene}: {} payments were run again", self.runs_again));
        }
        if self.failed == 0 && scene.is_felt() {
            wrong.push(format!("{scene}: no attempt met the fault"));
        }
        match self.recovery {
            Some(time) if time <= RECOVERY => {}
            Some(time) => wrong.push(format!("{scene}: it took {time:.1?} to recover")),
            None => wrong.push(format!("{scene}: it has not recovered")),
        }
        wrong
    }
}

fn first_after(logs: &[Log], recovered: Instant) -> Option<Duration> {
    let after = logs.iter().flat_map(|log| &log.successes).filter_map(|at| at.checked_duration_since(recovered));
    after.min()
}
