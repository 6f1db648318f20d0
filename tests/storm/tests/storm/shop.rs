//! A shop: web calls pricing, and in a tenth recommendations; both call stock, which can be overloaded.

use std::time::Duration;

use retry_runtime::storm::{CallTo, Service, Storm, Trigger, Verdict};

use crate::chain::seconds;

/// The shop whose operations are in the module `way`.
macro_rules! shop {
    ($way:ident) => {{
        use retry_runtime::storm::op;
        use retry_storm_tests::$way;
        $crate::shop::system([
            op!($way::price => "pricing"),
            op!($way::hints => "recommend").share(0.1),
            op!($way::pricing_stock => "stock"),
            op!($way::recommend_stock => "stock"),
            op!($way::load => "db"),
        ])
    }};
}
pub(crate) use shop;

pub(crate) fn system(calls: [CallTo; 5]) -> Storm {
    let [price, hints, pricing_stock, recommend_stock, load] = calls;
    let ms = Duration::from_millis;
    Storm::new("web", 500.0)
        .users(seconds(3), 2)
        .service(Service::new("web", 10).calls(price).calls(hints))
        .service(Service::new("pricing", 10).takes(ms(5)).calls(pricing_stock))
        .service(Service::new("recommend", 4).takes(ms(20)).calls(recommend_stock))
        .service(Service::new("stock", 8).capacity(800.0).queue(500).slots(200).cold(0.6, seconds(10)).calls(load))
        .service(Service::new("db", 1).takes(ms(5)))
}

pub(crate) const SLOW: Trigger = Trigger::Slow("stock", 5.0);

fn slow(storm: &Storm) -> Verdict {
    storm.trigger(SLOW, seconds(10)).run().expect("the shop is complete").all()[0].clone()
}

#[test]
fn presses_of_users_keep_the_shop_down_unless_deadlines_travel() {
    for storm in [shop!(shop_unbounded), shop!(shop_credit), shop!(shop_ratio)] {
        let verdict = slow(&storm);
        assert_eq!(verdict.back_after(), None, "{verdict}");
    }
    let verdict = slow(&shop!(shop_credit).deadlines_travel().give_ups_travel());
    // It is cold for ten seconds, with less capacity than its load.
    assert!(verdict.is_back_within(seconds(11)), "{verdict}");
    assert!(!verdict.is_back_within(seconds(8)), "{verdict}");
}

#[test]
fn a_budget_alone_is_enough_for_users_who_do_not_press_again() {
    let warm = |storm: Storm, presses| storm.users(seconds(3), presses);
    assert!(slow(&warm(shop!(shop_credit), 0)).back_after().is_some());
    assert_eq!(slow(&warm(shop!(shop_unbounded), 0)).back_after(), None);
}

#[test]
fn the_least_headroom_is_found_by_halving() {
    let least = |storm: &Storm| {
        let trials = storm.trigger(SLOW, seconds(10));
        let headroom = trials.least_headroom("stock", seconds(15)).expect("the shop is complete");
        headroom.expect("8 is enough")
    };
    let with = least(&shop!(shop_credit).deadlines_travel().give_ups_travel().seeds(1));
    assert!((1.02..1.18).contains(&with), "{with}");
    let without = least(&shop!(shop_unbounded).seeds(1));
    assert!((4.8..5.4).contains(&without), "{without}");
}
