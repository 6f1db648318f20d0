//! The simulated services, event by event. `main.rs` states the model; `calls.rs` is where the production core decides.

#[cfg(test)]
mod bands;
mod budget;
mod calls;
mod event;
mod instance;
mod request;
mod slab;
#[cfg(test)]
mod tests;

use retry_examples::random::SplitMix64;
use retry_runtime::Moment;

pub(crate) use self::budget::RetryBudget;
use self::budget::WokenRequests;
use self::event::{Answer, Event, Events};
pub(crate) use self::instance::{Instance, Layer, Operation};
use self::request::{Origin, Request, Stage};
use self::slab::{Id, Slab};
use crate::measure::Measure;
use crate::plan::{END, Plan, Shape, Trigger};
use crate::setup::Setup;
use crate::time::{MILLISECOND, SECOND};

/// Latency of a message.
const HOP: u64 = MILLISECOND / 2;
/// Mean response time of the dependency.
const DEPENDENCY: u64 = 5 * MILLISECOND;
/// Time until it returns an error while the trigger is on.
const ERROR: u64 = MILLISECOND;

/// Runs `plan` until every call from outside has ended; tells `progress` of each second that calls come in.
pub(crate) fn run(plan: &Plan, seed: u64, progress: impl FnMut()) -> Measure {
    let mut world = World::new(plan, seed);
    world.run(progress);
    world.measure
}

/// Items of a batch.
pub(crate) const ITEMS: u64 = 1000;
/// Number of its items that are under way at once.
pub(crate) const AT_ONCE: u64 = 50;

/// Runs a batch in one process whose items all fail once, and returns the number of items that are lost.
pub(crate) fn batch_lost(setup: &Setup, seed: u64) -> u32 {
    let plan = Plan::new(Shape::Batch, Trigger::ErrsOnce, setup.clone(), 1);
    let mut world = World::new(&plan, seed);
    world.items = ITEMS - AT_ONCE;
    (0..AT_ONCE).for_each(|_| world.events.plan(0, Event::Call));
    while let Some((at, event)) = world.events.next() {
        world.happens(at, event);
    }
    world.measure.lost()
}

struct World<'a> {
    now: u64,
    events: Events,
    requests: Slab<Request>,
    /// From the outside in; the first makes the calls.
    layers: Vec<Layer>,
    random: SplitMix64,
    measure: Measure,
    plan: &'a Plan,
    /// Number of calls from outside that have not ended.
    open: u64,
    /// Items of a batch that have not begun; each begins when another ends.
    items: u64,
    woken: WokenRequests,
}

impl<'a> World<'a> {
    fn new(plan: &'a Plan, seed: u64) -> Self {
        Self {
            now: 0,
            events: Events::default(),
            requests: Slab::new(),
            layers: plan.layers(),
            random: SplitMix64::new(seed),
            measure: Measure::new(plan),
            plan,
            open: 0,
            items: 0,
            woken: WokenRequests::default(),
        }
    }

    fn run(&mut self, mut progress: impl FnMut()) {
        let apart = self.plan.apart();
        self.events.plan(0, Event::Call);
        while let Some((at, event)) = self.events.next() {
            self.happens(at, event);
            if event == Event::Call {
                let next = at + apart;
                if next < END {
                    self.events.plan(next, Event::Call);
                }
                if next / SECOND > at / SECOND {
                    progress();
                }
            }
            if self.open == 0 && at + apart >= END {
                return; // what else happens serves nobody
            }
        }
    }

    fn happens(&mut self, at: u64, event: Event) {
        self.now = at;
        match event {
            Event::Call => self.call_from_outside(),
            Event::Arrived(id) => self.arrived(id),
            Event::Served(id) => self.served(id),
            Event::Answered(id, attempt, answer) => self.answered(id, attempt, answer),
            Event::Cut(id, attempt) => self.cut(id, attempt),
            Event::Waited(id, attempt) => self.waited(id, attempt),
            Event::InLine(id, attempt) => self.in_line(id, attempt),
            Event::Woken(id, attempt) => self.woken(id, attempt),
            Event::Cancelled(id) => self.cancelled(id),
        }
        for (id, attempt) in self.woken.take() {
            self.events.plan(at, Event::Woken(id, attempt));
        }
    }

    fn call_from_outside(&mut self) {
        let instance = self.any_instance(0);
        let request = Request::new(Origin::Outside(self.now), 0, instance, self.plan.deadline_from(self.now));
        let id = self.requests.insert(request);
        self.open += 1;
        self.attempt(id);
    }

    fn any_instance(&mut self, layer: usize) -> usize {
        let instances = self.layers[layer].instances.len();
        let product = u128::from(self.random.bits()) * instances as u128;
        #[allow(clippy::cast_possible_truncation)] // below the number of instances
        let chosen = (product >> 64) as usize;
        chosen
    }

    fn instance(&mut self, (layer, instance): (usize, usize)) -> &mut Instance {
        &mut self.layers[layer].instances[instance]
    }

    /// A request reaches its instance: it waits for a CPU where there is but one.
    fn arrived(&mut self, id: Id) {
        let Some(request) = self.requests.get_mut(id) else { return };
        let place = (request.layer, request.instance);
        if self.layers[place.0].service.is_none() {
            return self.attempt(id);
        }
        let is_retry = matches!(request.from, Origin::Attempt(_, 2..));
        self.measure.reached_leaf(self.now);
        if !self.is_allowed(place, is_retry) {
            return self.answer(id, Answer::Bad { gave_up: true });
        }
        self.measure.taken_by_leaf(self.now);
        let most = self.plan.queue;
        if !self.instance(place).desk.enqueue(id, most) {
            return self.answer(id, Answer::Bad { gave_up: false });
        }
        self.start_next(place);
    }

    /// Returns whether an instance that refuses retries takes this request.
    fn is_allowed(&self, (layer, instance): (usize, usize), is_retry: bool) -> bool {
        let Some(allowance) = &self.layers[layer].instances[instance].allowance else { return true };
        if is_retry {
            let mut receipt = retry_runtime::Withdrawal::new();
            return allowance.withdraw(&mut receipt, calls::CLASS, u32::MAX, || Moment::from_nanos(self.now));
        }
        let mut receipt = allowance.begin(|| Moment::from_nanos(self.now));
        allowance.end(&mut receipt);
        true
    }

    fn start_next(&mut self, place: (usize, usize)) {
        let layer = &mut self.layers[place.0];
        let Some(service) = layer.service else { return };
        let requests = &self.requests;
        let Some(id) = layer.instances[place.1].desk.start(|id| requests.contains(id)) else { return };
        if let Some(request) = self.requests.get_mut(id) {
            request.stage = Stage::Served;
        }
        let takes = self.exponential(service);
        self.events.plan(self.now + takes, Event::Served(id));
    }

    /// The CPU is done with a request; its operation begins, if somebody still waits for it.
    fn served(&mut self, id: Id) {
        let Some(request) = self.requests.get_mut(id) else { return };
        let (place, stage) = ((request.layer, request.instance), request.stage);
        self.instance(place).desk.served();
        if stage == Stage::Served {
            self.attempt(id);
        } else {
            self.requests.remove(id);
            self.instance(place).desk.free_slot();
        }
        self.start_next(place);
    }

    /// A request is answered, and gone.
    fn answer(&mut self, id: Id, answer: Answer) {
        let Some(request) = self.requests.remove(id) else { return };
        self.leave(&request);
        match request.from {
            Origin::Outside(begun) => {
                self.open -= 1;
                self.measure.ended(begun, self.now, answer == Answer::Good);
                if self.items > 0 {
                    self.items -= 1;
                    self.events.plan(self.now, Event::Call);
                }
            }
            Origin::Attempt(caller, attempt) => {
                self.events.plan(self.now + HOP, Event::Answered(caller, attempt, answer));
            }
        }
    }

    /// Frees what a request held that is gone.
    fn leave(&mut self, request: &Request) {
        let place = (request.layer, request.instance);
        if self.layers[place.0].service.is_some() && matches!(request.stage, Stage::Calling | Stage::Waiting) {
            self.instance(place).desk.free_slot();
            self.start_next(place);
        }
    }

    /// Sends an attempt one layer inward; the answer names the request there.
    fn send(&mut self, caller: Id, attempt: u32, layer: usize, deadline: u64) -> Option<Id> {
        let arrives = self.now + HOP;
        if layer == self.layers.len() {
            self.ask_dependency(caller, attempt, arrives);
            return None;
        }
        let instance = self.any_instance(layer);
        let request = Request::new(Origin::Attempt(caller, attempt), layer, instance, deadline);
        let id = self.requests.insert(request);
        self.events.plan(arrives, Event::Arrived(id));
        Some(id)
    }

    fn ask_dependency(&mut self, caller: Id, attempt: u32, arrives: u64) {
        self.measure.reached_dependency(arrives);
        let (takes, answer) = match self.plan.trigger_at(arrives, attempt) {
            None => (self.exponential(DEPENDENCY), Answer::Good),
            Some(Trigger::Errs | Trigger::ErrsOnce) => (ERROR, Answer::Bad { gave_up: false }),
            Some(Trigger::Hangs) => return,
        };
        self.events.plan(arrives + takes + HOP, Event::Answered(caller, attempt, answer));
    }

    /// A time with this mean, exponentially distributed.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // milliseconds
    fn exponential(&mut self, mean: u64) -> u64 {
        (-(mean as f64) * (1.0 - self.random.fraction()).ln()) as u64
    }
}
