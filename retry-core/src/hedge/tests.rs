use super::*;

const MILLISECOND: u64 = 1_000_000;

/// Draws 53 uniform bits as a number from 0 to 1.
fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    #[allow(clippy::cast_precision_loss)]
    let bits = (*state >> 11) as f64;
    bits / 9_007_199_254_740_992.0
}

/// Makes calls that take up to `longest` milliseconds.
///
/// Returns the share that reached the delay.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn learn(hedge: &Hedge, state: &mut u64, longest: f64, calls: u32) -> f64 {
    let mut reached = 0;
    for _ in 0..calls {
        let took = Span::from_nanos((uniform(state) * longest * 1e6) as u64);
        if took > hedge.delay() {
            hedge.reached();
            reached += 1;
        } else {
            hedge.succeeded_before();
        }
    }
    f64::from(reached) / f64::from(calls)
}

/// Returns the calls until the share above the delay is right in a window of 400.
fn settles(hedge: &Hedge, state: &mut u64, longest: f64) -> u32 {
    let mut calls = 0;
    while calls < 5000 {
        let share = learn(hedge, state, longest, 400);
        if (0.025..0.10).contains(&share) {
            return calls;
        }
        calls += 400;
    }
    calls
}

#[test]
fn one_call_in_twenty_reaches_the_learned_delay() {
    for seed in 1..=10 {
        let (hedge, mut state) = (Hedge::percentile(95), seed);
        let first = learn(&hedge, &mut state, 100.0, 1000);
        assert!((0.03..0.10).contains(&first), "{seed}: {first}");
        let share = learn(&hedge, &mut state, 100.0, 1000);
        assert!((0.04..0.065).contains(&share), "{seed}: {share}");
    }
}

#[test]
fn each_percentile_is_the_share_of_calls_before_it() {
    for (percent, above) in [(50, 0.5), (75, 0.25), (90, 0.1), (99, 0.01)] {
        let (hedge, mut state) = (Hedge::percentile(percent), 1);
        learn(&hedge, &mut state, 100.0, 2000);
        let share = learn(&hedge, &mut state, 100.0, 20_000);
        assert!((share - above).abs() < 0.1 * above, "p{percent}: {share}");
    }
}

#[test]
fn it_follows_a_service_that_becomes_ten_times_slower_or_faster() {
    for seed in 1..=5 {
        let (hedge, mut state) = (Hedge::percentile(95), seed);
        learn(&hedge, &mut state, 100.0, 1000);
        let slower = settles(&hedge, &mut state, 1000.0);
        assert!(slower <= 800, "{seed}: {slower}");
        learn(&hedge, &mut state, 1000.0, 1000);
        let faster = settles(&hedge, &mut state, 100.0);
        assert!(faster <= 1200, "{seed}: {faster}");
    }
}

#[test]
fn a_learned_delay_is_known_from_a_hundred_calls_on_and_at_least_a_millisecond() {
    let hedge = Hedge::percentile(95);
    for _ in 0..99 {
        hedge.succeeded_before();
    }
    assert!(!hedge.is_known());
    hedge.succeeded_before();
    assert!(hedge.is_known());
    assert_eq!(hedge.delay(), Span::from_nanos(MILLISECOND));
    assert!(Hedge::after(Duration::from_millis(1)).is_known());
}

#[test]
fn the_bucket_is_empty_at_first_and_holds_the_share_of_all_calls() {
    let hedge = Hedge::percentile(95);
    assert!(!hedge.take());
    let (mut calls, mut hedges) = (0, 0);
    while calls < 10_000 {
        calls += 1;
        if hedge.take() {
            hedges += 1;
        } else {
            hedge.earn();
        }
    }
    assert!((990..=1000).contains(&hedges), "{hedges} of {calls}");
}

#[test]
fn no_more_hedges_follow_each_other_than_the_bucket_holds() {
    let hedge = Hedge::after(Duration::from_millis(1)).at_most(0.5).at_once(5);
    for _ in 0..1000 {
        hedge.earn();
    }
    assert_eq!((0..20).filter(|_| hedge.take()).count(), 5);
    assert!(!hedge.has_token());
    hedge.earn();
    assert!(hedge.has_token(), "one half of all calls is one hedge per other call");
    assert!(!hedge.fresh().has_token());
}
