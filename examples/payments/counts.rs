//! Counts at the end of a run, and the invariants over them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::args::Args;
use crate::clients::Told;
use crate::gateway::Charges;
use crate::harness::Answers;
use crate::pass_log::{Passes, Window};
use crate::plan::Effect;

#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) payments: u32,
    pub(crate) attempts: u32,
    /// Receipts that were made and not handed on, and exchanges that were cut midway.
    pub(crate) lost: u32,
    pub(crate) cut: u32,
    pub(crate) store_cut: u32,
    pub(crate) killed: usize,
    pub(crate) pauses: u32,
    /// The kills that caught a request in each window.
    pub(crate) hits: Vec<(Window, u32)>,
    pub(crate) replays: u32,
    pub(crate) takeovers: u32,
    pub(crate) fenced: u32,
    /// Charges, or rows of the ledger, beyond the first of a payment.
    pub(crate) duplicates: usize,
    /// Charges, or rows of the ledger.
    pub(crate) effects: usize,
    pub(crate) gateway_calls: u64,
    /// Payments that were sent to the gateway under more than one key.
    pub(crate) several_keys: usize,
    /// Payments that were sent to the gateway again after their answer was recorded.
    pub(crate) sent_again: u32,
    /// Payers who were told a receipt that is not in the ledger.
    pub(crate) untrue: usize,
    /// Keys that were never finished, and those of which their payers were told so.
    pub(crate) open: BTreeSet<String>,
    pub(crate) interrupted: BTreeSet<String>,
    receipts: BTreeMap<String, i64>,
}

impl Counts {
    pub(crate) fn new(args: &Args, answers: &Answers, passes: &Passes, killed: &BTreeSet<i32>) -> Self {
        let mut counts = Self {
            payments: u32::try_from(answers.len()).unwrap_or(u32::MAX),
            killed: killed.len(),
            hits: Window::of(args.effect).iter().map(|window| (*window, passes.kills_in(*window, killed))).collect(),
            replays: passes.count(Window::Replayed),
            takeovers: passes.count(Window::Takeover),
            fenced: passes.count(Window::Fenced),
            sent_again: passes.sent_after_recorded,
            ..Self::default()
        };
        for (key, told) in answers {
            match told {
                Told::Paid(receipt) => {
                    counts.receipts.insert(key.clone(), receipt.id);
                }
                Told::Interrupted => {
                    counts.interrupted.insert(key.clone());
                }
            }
        }
        counts
    }

    pub(crate) fn count_charges(&mut self, charges: &Charges) {
        self.gateway_calls = charges.calls;
        self.several_keys = charges.keys.values().filter(|keys| keys.len() > 1).count();
        if charges.calls > 0 {
            self.count_effects(&charges.made);
        }
    }

    pub(crate) fn count_rows(&mut self, rows: Vec<(String, i64)>) {
        let mut effects: HashMap<String, Vec<i64>> = HashMap::new();
        for (key, id) in rows {
            effects.entry(key).or_default().push(id);
        }
        if self.gateway_calls == 0 {
            self.count_effects(&effects);
        }
    }

    fn count_effects(&mut self, effects: &HashMap<String, Vec<i64>>) {
        self.effects = effects.values().map(Vec::len).sum();
        self.duplicates = self.effects - effects.len();
        let is_true = |(key, id): &(&String, &i64)| effects.get(*key).is_some_and(|ids| ids.contains(id));
        self.untrue = self.receipts.iter().filter(|receipt| !is_true(receipt)).count();
    }

    /// Returns the invariants that do not hold.
    pub(crate) fn wrong(&self, args: &Args) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut check = |holds: bool, what: String| {
            if !holds {
                wrong.push(what);
            }
        };
        let paid = self.receipts.len();
        check(self.duplicates == 0, format!("{} payments were made again", self.duplicates));
        check(self.untrue == 0, format!("{} receipts are not in the ledger", self.untrue));
        check(self.effects >= paid, format!("{} effects for {paid} receipts", self.effects));
        check(self.replays >= self.lost, format!("{} replays for {} lost answers", self.replays, self.lost));
        check(self.open == self.interrupted, {
            format!("{} keys are open, and {} payers were told so", self.open.len(), self.interrupted.len())
        });
        // What shows a fault need not hit all else.
        let hits = if args.broken.is_some() { 0 } else { args.hits };
        for (window, hit) in &self.hits {
            check(*hit >= hits, format!("`{}` was hit by {hit} kills of {hits}", window.name()));
        }
        if args.servers > 1 {
            check(self.fenced >= hits, format!("{} runs were fenced of {hits}", self.fenced));
        }
        if args.effect == Effect::StepOnce {
            check(self.effects <= self.payments as usize, "more charges than payments".into());
        } else {
            check(self.interrupted.is_empty(), format!("{} payments were interrupted", self.interrupted.len()));
            check(self.effects == paid, format!("{} effects for {paid} payments", self.effects));
        }
        if args.effect == Effect::Steps {
            check(self.several_keys == 0, format!("{} payments had several derived keys", self.several_keys));
            check(self.gateway_calls >= u64::from(self.payments), "fewer calls of the gateway than payments".into());
            check(self.sent_again == 0, format!("{} charges were sent after their record", self.sent_again));
        }
        wrong
    }
}
