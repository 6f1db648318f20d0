//! An axis from zero, and where its ticks are.

/// An axis from zero.
pub(crate) struct Axis {
    most: f64,
    step: f64,
}

impl Axis {
    /// From zero to `most`, with at most `ticks` ticks beside the one at zero.
    pub(crate) fn to(most: f64, ticks: f64) -> Self {
        let most = if most > 0.0 { most } else { 1.0 };
        Self { most, step: step(most / ticks) }
    }

    /// The same, to the next tick.
    pub(crate) fn rounded(self) -> Self {
        Self { most: (self.most / self.step - SLACK).ceil() * self.step, ..self }
    }

    /// Position of `value` along the axis, from 0 to 1.
    pub(crate) fn share(&self, value: f64) -> f64 {
        value / self.most
    }

    pub(crate) fn ticks(&self) -> impl Iterator<Item = f64> {
        (0..).map(|tick| f64::from(tick) * self.step).take_while(|tick| *tick <= self.most * (1.0 + SLACK))
    }

    /// The tick with as many decimals as its neighbours need.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // not negative, and small
    pub(crate) fn label(&self, tick: f64) -> String {
        let decimals = (-self.step.log10().floor()).max(0.0) as usize;
        format!("{tick:.decimals$}")
    }
}

/// So that the rounding of floats neither drops a tick nor adds one.
const SLACK: f64 = 1e-9;

/// The least of 1, 2, 5, 10, 20, ... and their tenths, hundredths, ... that is not below `least`.
fn step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let fits = |digit: &f64| digit * power >= least * (1.0 - SLACK);
    [1.0, 2.0, 5.0].into_iter().find(fits).unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(axis: &Axis) -> Vec<String> {
        axis.ticks().map(|tick| axis.label(tick)).collect()
    }

    #[test]
    fn ticks_are_round_numbers() {
        assert_eq!(labels(&Axis::to(190.0, 5.0)), ["0", "50", "100", "150"]);
        assert_eq!(labels(&Axis::to(190.0, 5.0).rounded()), ["0", "50", "100", "150", "200"]);
        assert_eq!(labels(&Axis::to(0.9, 5.0).rounded()), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(&Axis::to(0.03, 3.0)), ["0.00", "0.01", "0.02", "0.03"]);
        assert_eq!(labels(&Axis::to(1000.0, 5.0).rounded()), ["0", "200", "400", "600", "800", "1000"]);
    }

    #[test]
    fn an_axis_of_nothing_goes_to_one() {
        assert_eq!(labels(&Axis::to(0.0, 2.0)), ["0.0", "0.5", "1.0"]);
    }

    #[test]
    fn a_share_is_of_the_whole_axis() {
        assert!((Axis::to(190.0, 5.0).rounded().share(50.0) - 0.25).abs() < 1e-12);
    }
}
