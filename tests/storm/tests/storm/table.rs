//! The rows of the page `storms`: loads within 5 %, and equal verdicts.

use retry_runtime::storm::{Storm, Trigger, Verdict};

use crate::chain::{calls, chain, seconds};

const ERRS: Trigger = Trigger::Errors("db");
const HANGS: Trigger = Trigger::Hangs("db");

fn run(storm: &Storm, trigger: Trigger) -> Verdict {
    storm.trigger(trigger, seconds(8)).run().expect("the chain is complete").all()[0].clone()
}

fn peak(verdict: &Verdict, service: &str) -> f64 {
    verdict.service(service).expect("the chain has it").peak()
}

#[track_caller]
fn assert_near(verdict: &Verdict, service: &str, expected: f64) {
    let peak = peak(verdict, service);
    assert!((peak / expected - 1.0).abs() <= 0.05, "{service}: {peak:.2}, not {expected}; {verdict}");
}

#[test]
fn naive_attempts_keep_the_chain_down() {
    let storm = chain(calls!(naive), 20, 1.5, 1000).seeds(1);
    for (trigger, leaf, db) in [(ERRS, 222.0, 6.3), (HANGS, 244.0, 4.0)] {
        let verdict = run(&storm, trigger);
        assert_eq!(verdict.back_after(), None, "{verdict}");
        assert_near(&verdict, "leaf", leaf);
        assert_near(&verdict, "db", db);
    }
}

#[test]
fn jitter_without_a_budget_keeps_the_chain_down() {
    let storm = chain(calls!(jitter), 20, 1.5, 1000).seeds(1);
    for trigger in [ERRS, HANGS] {
        let verdict = run(&storm, trigger);
        assert_eq!(verdict.back_after(), None, "{verdict}");
        assert_near(&verdict, "leaf", 64.0);
    }
}

#[test]
fn the_default_budget_alone_lets_the_chain_recover_at_once() {
    let storm = chain(calls!(credit), 20, 1.5, 1000).seeds(1);
    for (trigger, leaf, db) in [(ERRS, 1.18, 1.24), (HANGS, 1.18, 1.24)] {
        let verdict = run(&storm, trigger);
        assert_eq!(verdict.back_after(), Some(seconds(0)), "{verdict}");
        assert_near(&verdict, "leaf", leaf);
        assert_near(&verdict, "db", db);
    }
}

#[test]
fn deadlines_and_give_ups_keep_the_leaf_at_its_normal_load() {
    let storm = chain(calls!(credit), 20, 1.5, 1000).deadlines_travel().give_ups_travel().seeds(1);
    for (trigger, leaf, db) in [(ERRS, 1.0, 1.1), (HANGS, 1.06, 1.07)] {
        let verdict = run(&storm, trigger);
        assert_eq!(verdict.back_after(), Some(seconds(0)), "{verdict}");
        assert_near(&verdict, "leaf", leaf);
        assert_near(&verdict, "db", db);
    }
}
