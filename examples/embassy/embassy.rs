//! A runtime of one's own: a sensor is read on embassy, whose executor and timers here are those of its `std` platform.
//!
//! ```sh
//! cargo run --example embassy
//! ```

use std::process;

use embassy_executor::{Executor, Spawner};
use embassy_time::{Duration, Timer};
use retry_runtime::driver::Runtime;
use retry_runtime::{Classify, Stopped, retry};

/// Embassy. Without a clock of its own, it reads the system's, as the calls of every other runtime do.
struct Embassy;

impl Runtime for Embassy {
    type Sleep = Timer;

    fn sleep(delay: core::time::Duration) -> Timer {
        Timer::after(Duration::from_micros(delay.as_micros().try_into().unwrap_or(u64::MAX)))
    }
}

#[derive(Classify, Debug)]
enum SensorError {
    /// Nobody answered on the bus.
    #[classify(Connect)]
    NoAcknowledge,
    /// The call ended before the sensor answered.
    #[classify(Timeout)]
    Stopped(#[allow(dead_code, reason = "only printed")] Stopped),
}

impl From<Stopped> for SensorError {
    fn from(stopped: Stopped) -> Self {
        Self::Stopped(stopped)
    }
}

/// Sensor that wakes up slowly.
struct Sensor {
    reads: u32,
}

impl Sensor {
    #[retry(
        retry_on = (Connect, Timeout), max_attempts = 5, backoff = exp(10ms, 100ms), attempt_timeout = 50ms,
        runtime = Embassy,
    )]
    async fn temperature(&mut self) -> Result<f32, SensorError> {
        self.reads += 1;
        match self.reads {
            1 => Err(SensorError::NoAcknowledge),
            // The bus hangs: the attempt is cut after 50 ms.
            2 => std::future::pending().await,
            _ => Ok(21.5),
        }
    }
}

#[embassy_executor::task]
async fn measure() {
    let mut sensor = Sensor { reads: 0 };
    match sensor.temperature().await {
        Ok(celsius) => println!("{celsius} degrees after {} reads", sensor.reads),
        Err(error) => {
            eprintln!("{error:?}");
            process::exit(1);
        }
    }
    // An executor of embassy runs for ever.
    process::exit(0);
}

fn main() {
    let executor: &'static mut Executor = Box::leak(Box::new(Executor::new()));
    executor.run(|spawner: Spawner| match measure() {
        Ok(task) => spawner.spawn(task),
        Err(error) => panic!("{error:?}"),
    });
}
