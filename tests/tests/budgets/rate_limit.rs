//! Slots of a rate limit, with calls that leave while they wait.

use proptest::prelude::*;
use retry_core::internal::{Span, TimeSlot, TimeSlots};
use retry_runtime::Moment;

const APART: u64 = 100;

/// The next step of somebody.
#[derive(Clone, Copy, Debug)]
enum Act {
    Pass(u64),
    /// A call asks that waits at most so long.
    Ask(u64),
    /// One of those that wait leaves.
    Leave(prop::sample::Index),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        3 => (0..250_u64).prop_map(Act::Pass),
        1 => (0..5_000_u64).prop_map(Act::Pass),
        6 => (0..2_000_u64).prop_map(Act::Ask),
        4 => any::<prop::sample::Index>().prop_map(Act::Leave),
    ];
    prop::collection::vec(act, 0..300)
}

/// Slots of one thread, those who wait for one, and when attempts began.
struct Scene {
    slots: TimeSlots,
    now: u64,
    waiting: Vec<TimeSlot>,
    begun: Vec<u64>,
}

impl Scene {
    fn new(apart: u64, burst: u32) -> Self {
        let slots = TimeSlots::new(Span::from_nanos(apart), burst);
        Self { slots, now: 0, waiting: Vec::new(), begun: Vec::new() }
    }

    fn pass(&mut self, nanos: u64) {
        let before = self.now;
        self.now += nanos;
        let now = Moment::from_nanos(self.now);
        let begins = self.waiting.extract_if(.., |slot| slot.at() <= now);
        self.begun.extend(begins.map(|slot| slot.at().as_nanos().max(before)));
    }

    fn ask(&mut self, patience: u64) -> bool {
        let now = Moment::from_nanos(self.now);
        let slot = self.slots.reserve(now, Moment::from_nanos(self.now + patience));
        self.waiting.extend(slot);
        self.pass(0);
        slot.is_some()
    }

    fn leave(&mut self, which: usize) {
        let slot = self.waiting.remove(which);
        self.slots.give_back(slot, Moment::from_nanos(self.now));
    }
}

proptest! {
    /// In any window begin at most as many attempts as its length allows, and a burst.
    #[test]
    fn no_window_exceeds_the_rate_whoever_leaves(burst in 1..6_u32, acts in acts()) {
        let mut scene = Scene::new(APART, burst);
        for act in acts {
            match act {
                Act::Pass(nanos) => scene.pass(nanos),
                Act::Ask(patience) => {
                    let before = format!("{:?}", scene.slots);
                    if !scene.ask(patience) {
                        prop_assert_eq!(format!("{:?}", scene.slots), before, "a refusal changes nothing");
                    }
                }
                Act::Leave(which) if !scene.waiting.is_empty() => scene.leave(which.index(scene.waiting.len())),
                Act::Leave(_) => {}
            }
        }
        scene.pass(1_000_000);
        scene.begun.sort_unstable();
        let first: Vec<_> = scene.begun.iter().zip(0_u64..).collect();
        for (at, n) in &first {
            for (later, m) in &first[usize::try_from(*n).unwrap()..] {
                prop_assert!(m - n < (*later - *at) / APART + u64::from(burst), "{} from {} to {}", m - n + 1, at, later);
            }
        }
    }
}

/// Of 500 calls that wait at 100 per second a part leaves over 5 s, while 80 new ones per second come.
///
/// Returns the attempts of the first 8 s as a share of what the rate allows.
fn use_of_the_rate(one_in: u64) -> f64 {
    const MILLISECOND: u64 = 1_000_000;
    let mut scene = Scene::new(10 * MILLISECOND, 1);
    (0..500).for_each(|_| assert!(scene.ask(u64::MAX / 2)));
    let (mut leaving, mut random) = (500 / one_in, 7_u64);
    for millisecond in 0..8_000 {
        scene.pass(MILLISECOND);
        if millisecond % (10 * one_in) == 0 && leaving > 0 && !scene.waiting.is_empty() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            scene.leave(usize::try_from(random >> 33).unwrap() % scene.waiting.len());
            leaving -= 1;
        }
        if millisecond % 25 < 2 {
            scene.ask(u64::MAX / 2);
        }
    }
    f64::from(u32::try_from(scene.begun.iter().filter(|at| **at < 8_000 * MILLISECOND).count()).unwrap()) / 800.0
}

#[test]
fn calls_that_leave_waste_little_of_the_rate() {
    let (tenth, half) = (use_of_the_rate(10), use_of_the_rate(2));
    assert!(tenth >= 0.98 && half >= 0.7, "{tenth}, {half}");
}
