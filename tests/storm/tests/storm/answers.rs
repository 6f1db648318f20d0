//! Answers of trials, and their seeds.

use retry_runtime::storm::Trigger;

use crate::chain::{calls, chain, seconds};
use crate::shop::shop;

#[test]
fn the_same_seeds_give_the_same_figures_and_others_do_not() {
    let figures = |seed| {
        let storm = chain(calls!(credit), 2, 1.5, 1000).seed(seed).seeds(2);
        let verdicts = storm.trigger(Trigger::Errors("db"), seconds(2)).run().expect("complete");
        format!("{:?}", verdicts.all())
    };
    assert_eq!(figures(7), figures(7));
    assert_ne!(figures(7), figures(8));
}

#[test]
fn the_worst_seed_counts_and_one_that_stays_down_is_the_last() {
    // At this headroom some seeds are back sooner than others.
    let storm = shop!(shop_credit).deadlines_travel().give_ups_travel();
    let back = |seed, seeds| {
        let storm = storm.clone().seed(seed).seeds(seeds);
        let verdicts = storm.trigger(Trigger::Slow("stock", 5.0), seconds(5)).run().expect("complete");
        verdicts.all()[0].back_after().expect("it recovers")
    };
    let each: Vec<_> = (1..=4).map(|seed| back(seed, 1)).collect();
    assert_eq!(Some(&back(1, 4)), each.iter().max(), "{each:?}");
    assert_ne!(each.iter().max(), each.iter().min());

    let down = chain(calls!(naive), 1, 1.5, 1000).seeds(100);
    let verdicts = down.trigger(Trigger::Errors("db"), seconds(8)).run().expect("complete");
    assert_eq!(verdicts.all()[0].seed(), 1);
}

#[test]
fn all_triggers_of_all_services_are_tried() {
    let storm = shop!(shop_credit).deadlines_travel().give_ups_travel().seeds(1);
    let verdicts = storm.try_all(seconds(2)).assert_back_within(seconds(11));
    let triggers: Vec<_> = verdicts.all().iter().map(|verdict| verdict.trigger().to_string()).collect();
    let expected = [
        "`web` errs",
        "`web` hangs",
        "`web` gets 3 times its load",
        "`pricing` errs",
        "`pricing` hangs",
        "`pricing` is 5 times as slow",
        "`recommend` errs",
        "`recommend` hangs",
        "`recommend` is 5 times as slow",
        "`stock` errs",
        "`stock` hangs",
        "`stock` is 5 times as slow",
        "`stock` gets 3 times its load",
        "`db` errs",
        "`db` hangs",
        "`db` is 5 times as slow",
    ];
    assert_eq!(triggers, expected);
    let worst = verdicts.worst().expect("there are some").back_after();
    assert!(verdicts.all().iter().all(|verdict| verdict.back_after() <= worst));
}

#[test]
fn a_longer_limit_is_watched_for_longer() {
    // It is back after the cold time of ten seconds; the limit is beyond the time of watching.
    let storm = shop!(shop_credit).deadlines_travel().give_ups_travel().watch(seconds(2)).seeds(1);
    let trials = storm.trigger(Trigger::Slow("stock", 5.0), seconds(5));
    assert_eq!(trials.run().expect("complete").all()[0].back_after(), None);
    trials.assert_back_within(seconds(15));
}

#[test]
fn figures_of_a_run_add_up() {
    let storm = chain(calls!(naive), 2, 1.5, 50).seeds(1);
    let verdicts = storm.trigger(Trigger::Errors("db"), seconds(8)).run().expect("complete");
    let verdict = &verdicts.all()[0];
    let leaf = verdict.service("leaf").expect("it is there");
    assert!((leaf.normal() - 100.0).abs() < 1e-9 && leaf.headroom() == Some(1.5));
    assert!(leaf.average() > 50.0 && leaf.average() <= leaf.peak() && leaf.at_end() < 2.0);
    assert!((verdict.seconds_lost() - 8.0).abs() < 1.0, "{}", verdict.seconds_lost());
    assert!((verdict.success_at_end() - 1.0).abs() < 0.02);
    assert!(verdict.retries_per_call() > 50.0);
    let normal: Vec<_> = leaf.over_time().iter().filter(|(at, _)| *at < 4.0).collect();
    assert!(normal.iter().all(|(_, load)| (load - 1.0).abs() < 0.1), "{normal:?}");
    let busy = leaf.over_time().iter().filter(|(at, _)| (6.0..12.0).contains(at)).all(|(_, load)| *load > 50.0);
    assert!(busy, "{:?}", leaf.over_time());
}
