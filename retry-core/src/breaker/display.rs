//! Settings of a breaker as a `static` writes them.

use core::fmt::{self, Display, Formatter};

use crate::breaker::Breaker;
use crate::breaker::settings::Settings;
use crate::breaker::validate as rule;
use crate::breaker::window::WindowSize;
use crate::breaker::window::ring::BUCKETS;
use crate::display::{Fixed, List, Time};
use crate::units::SECOND;

/// Writes rate, window and open time, and other settings that are not default.
///
/// For example `failure_rate(0.5), window_calls(100), open_for(1s)`, or `consecutive(10), open_for(1s)`.
impl Display for Breaker {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.tuned.applied(&self.settings).write(formatter)
    }
}

impl Settings {
    fn write(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let mut list = List::new(formatter);
        match self.get_consecutive().filter(|failures| rule::consecutive(*failures).is_ok()) {
            Some(failures) => list.item(format_args!("consecutive({failures})"))?,
            None => self.write_window(&mut list)?,
        }
        if !self.slow_after.is_never() {
            list.item(format_args!("slow_calls({}, {})", Time(self.slow_after.as_nanos()), rate(self.slow_rate)))?;
        }
        list.item(format_args!("open_for({})", Time(self.open_for.unwrap_or(SECOND))))?;
        if let Some(longest) = self.longest_open {
            list.item(format_args!("longest_open({})", Time(longest)))?;
        }
        if self.probes != Settings::new().probes {
            list.item(format_args!("half_open_probes({})", self.probes))?;
        }
        if self.ignore.is_empty() { Ok(()) } else { list.item(format_args!("ignore({})", self.ignore)) }
    }

    fn write_window(&self, list: &mut List<'_, '_>) -> fmt::Result {
        list.item(format_args!("failure_rate({})", rate(self.failure_rate)))?;
        match self.window {
            WindowSize::Calls(calls, _) => list.item(format_args!("window_calls({calls})"))?,
            WindowSize::Time(bucket) => {
                list.item(format_args!("window_time({})", Time(bucket.saturating_mul(BUCKETS))))?;
            }
        }
        match self.minimum_calls {
            Some(calls) => list.item(format_args!("minimum_calls({calls})")),
            None => Ok(()),
        }
    }
}

/// Displays a share with the fractional bits of [`ONE`](crate::units::ONE).
fn rate(share: u64) -> Fixed {
    Fixed::Below(share)
}

#[cfg(test)]
mod tests {
    extern crate std;
    use core::time::Duration;
    use std::string::ToString;

    use super::*;
    use crate::Classes;

    #[test]
    fn settings_display_as_they_are_written() {
        assert_eq!(Breaker::new().to_string(), "failure_rate(0.5), window_calls(100), open_for(1s)");
        assert_eq!(Breaker::consecutive(10).to_string(), "consecutive(10), open_for(1s)");
        let with_windows = Breaker::new().window_calls(7).failure_rate(1.0);
        assert_eq!(with_windows.to_string(), "consecutive(7), open_for(1s)");
        let breaker = Breaker::new()
            .failure_rate(0.3)
            .window_time(Duration::from_secs(10))
            .minimum_calls(5)
            .slow_calls(Duration::from_millis(250), 0.8)
            .open_for(Duration::from_secs(2))
            .longest_open(Duration::from_secs(30))
            .half_open_probes(7)
            .ignore(Classes::new().conflict());
        assert_eq!(
            breaker.to_string(),
            "failure_rate(0.3), window_time(10s), minimum_calls(5), slow_calls(250ms, 0.8), open_for(2s), \
             longest_open(30s), half_open_probes(7), ignore(Conflict)"
        );
    }
}
