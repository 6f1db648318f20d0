//! The chain of the example `storm`: four services that call each other, and a dependency.

use std::time::Duration;

use retry_runtime::storm::{CallTo, Service, Storm};

pub(crate) const fn seconds(number: u64) -> Duration {
    Duration::from_secs(number)
}

/// The calls of a chain whose operations are in the module `way`.
macro_rules! calls {
    ($way:ident) => {{
        use retry_runtime::storm::op;
        use retry_storm_tests::$way;
        [op!($way::front => "b"), op!($way::b => "c"), op!($way::c => "leaf"), op!($way::leaf => "db")]
    }};
}
pub(crate) use calls;

/// The chain with so many processes of each service; each gets 50 calls per second.
pub(crate) fn chain(calls: [CallTo; 4], processes: u32, headroom: f64, queue: usize) -> Storm {
    let rate = 50.0 * f64::from(processes);
    let [front, b, c, leaf] = calls;
    let service = |name, call| Service::new(name, processes as usize).calls(call);
    Storm::new("front", rate)
        .users(seconds(5), 0)
        .service(service("front", front))
        .service(service("b", b))
        .service(service("c", c))
        .service(service("leaf", leaf).capacity(rate * headroom).queue(queue).slots(200))
        .service(Service::new("db", 1).takes(Duration::from_millis(5)))
}
