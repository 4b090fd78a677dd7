//! An axis: its name with unit, its range, its ticks, and where a value falls on it.

use super::format::{power_of_ten, tick};

/// How values are spread along an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scale {
    /// Evenly.
    Linear,
    /// By their logarithm; only positive values have a place.
    Log,
    /// Evenly, with ticks at whole numbers only: steps, epochs, units.
    Whole,
}

/// The name and the wishes; the range comes from the data.
#[derive(Clone, Debug)]
pub(crate) struct AxisSpec {
    pub(crate) name: String,
    pub(crate) scale: Scale,
    pub(crate) range: Option<(f64, f64)>,
}

impl AxisSpec {
    pub(crate) fn new(name: &str, scale: Scale) -> Self {
        Self { name: name.into(), scale, range: None }
    }
}

/// An axis with its range fixed.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    low: f64,
    high: f64,
    scale: Scale,
}

impl Axis {
    /// The axis that holds all of `values`. Values that have no place on it are left out; with none left it is 0 to 1.
    /// An empty or single-valued range is widened, since a range of no width has no scale.
    pub(crate) fn fitting(spec: &AxisSpec, values: impl Iterator<Item = f64>) -> Self {
        let scale = spec.scale;
        let mut low = f64::INFINITY;
        let mut high = f64::NEG_INFINITY;
        for value in values.filter(|v| fits(scale, *v)) {
            low = low.min(value);
            high = high.max(value);
        }
        if let Some((wanted_low, wanted_high)) = spec.range {
            (low, high) = (wanted_low, wanted_high);
        }
        if low > high {
            (low, high) = match scale {
                Scale::Log => (0.1, 1.0),
                Scale::Linear | Scale::Whole => (0.0, 1.0),
            };
        }
        let (low, high) = match scale {
            Scale::Log => widen(low.log10(), high.log10(), 0.5, 0.04),
            Scale::Linear if spec.range.is_some() => widen(low, high, 0.5, 0.0),
            Scale::Linear => widen(low, high, (low.abs() * 0.1).max(0.5e-3), 0.05),
            Scale::Whole => widen(low, high, 0.5, 0.0),
        };
        Self { low, high, scale }
    }

    /// Where `value` falls, 0 at the low end and 1 at the high end; `None` if it has no place on the axis.
    pub(crate) fn place(&self, value: f64) -> Option<f64> {
        if !fits(self.scale, value) {
            return None;
        }
        let value = if self.scale == Scale::Log { value.log10() } else { value };
        // Halved first: the width of a range from -1e308 to 1e308 is not a finite number.
        Some((value / 2.0 - self.low / 2.0) / (self.high / 2.0 - self.low / 2.0))
    }

    /// Places and labels of about `count` ticks.
    pub(crate) fn ticks(&self, count: usize) -> Vec<(f64, String)> {
        let mut ticks = match self.scale {
            Scale::Log => self.log_ticks(count),
            Scale::Linear => self.even_ticks(count, 0.0),
            Scale::Whole => self.even_ticks(count, 1.0),
        };
        ticks.retain(|(place, _)| (-1e-9..=1.0 + 1e-9).contains(place));
        ticks
    }

    fn even_ticks(&self, count: usize, least_step: f64) -> Vec<(f64, String)> {
        let rough = (self.high / 2.0 - self.low / 2.0) / count.max(1) as f64 * 2.0;
        let step = nice(rough).max(least_step);
        if !step.is_finite() || step <= 0.0 {
            return Vec::new();
        }
        let first = (self.low / step).ceil();
        (0..=4 * count)
            .map(|k| (first + k as f64) * step)
            .take_while(|value| *value <= self.high + step * 1e-6)
            .filter_map(|value| Some((self.place(value)?, tick(value, step))))
            .collect()
    }

    fn log_ticks(&self, count: usize) -> Vec<(f64, String)> {
        let decades = self.high - self.low;
        let place = |exponent: f64| (exponent - self.low) / decades;
        if decades < 1.5 {
            let first = self.low.floor() as i32;
            return (first..=first + 2)
                .flat_map(|exponent| [1.0, 2.0, 5.0].map(|digit| (exponent, digit)))
                .map(|(exponent, digit): (i32, f64)| {
                    let value = digit * 10f64.powi(exponent);
                    (place(f64::from(exponent) + digit.log10()), super::number(value))
                })
                .collect();
        }
        // Powers of ten are short labels: there is room for two more than of others.
        let step = nice(decades / (count + 2) as f64).max(1.0).round();
        let first = (self.low / step).ceil() as i32;
        (first..=first + 4 * count as i32)
            .map(|k| f64::from(k) * step)
            .map(|exponent| (place(exponent), power_of_ten(exponent as i32)))
            .collect()
    }
}

fn fits(scale: Scale, value: f64) -> bool {
    value.is_finite() && (scale != Scale::Log || value > 0.0)
}

/// Adds `part` of the width on both sides, or `alone` where there is no width.
fn widen(low: f64, high: f64, alone: f64, part: f64) -> (f64, f64) {
    let pad = if high > low { (high / 2.0 - low / 2.0) * part * 2.0 } else { alone };
    let clamp = |v: f64| v.clamp(f64::MIN, f64::MAX);
    (clamp(low - pad), clamp(high + pad))
}

/// The next of 1, 2, 5 times a power of ten.
fn nice(rough: f64) -> f64 {
    if !rough.is_finite() || rough <= 0.0 {
        return rough;
    }
    let power = 10f64.powf(rough.log10().floor());
    let digit = [1.0, 2.0, 5.0].into_iter().find(|d| d * power >= rough * 0.999);
    digit.unwrap_or(10.0) * power
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(scale: Scale, values: &[f64]) -> Axis {
        Axis::fitting(&AxisSpec::new("y", scale), values.iter().copied())
    }

    #[test]
    fn every_range_gives_finite_places_and_some_ticks() {
        let hard: [&[f64]; 9] = [
            &[],
            &[0.0],
            &[5.0, 5.0],
            &[f64::NAN, f64::INFINITY],
            &[f64::MIN, f64::MAX],
            &[5e-324, 1e308],
            &[-1e-300, 1e-300],
            &[1e16, 1e16 + 2.0],
            &[1.0, 1e9],
        ];
        for scale in [Scale::Linear, Scale::Log, Scale::Whole] {
            for values in hard {
                let axis = axis(scale, values);
                for value in values.iter().filter(|v| fits(scale, **v)) {
                    let place = axis.place(*value).unwrap();
                    assert!((-0.01..=1.01).contains(&place), "{scale:?} {values:?} {place}");
                }
                let ticks = axis.ticks(6);
                assert!(ticks.len() <= 25, "{scale:?} {values:?}: {} ticks", ticks.len());
            }
        }
    }

    #[test]
    fn a_decaying_norm_has_a_tick_at_powers_of_ten() {
        let labels: Vec<String> = axis(Scale::Log, &[1e-30, 1.0]).ticks(6).into_iter().map(|t| t.1).collect();
        // 30 decades over 6 ticks: 5 decades apart.
        assert_eq!(labels, ["10⁻³⁰", "10⁻²⁵", "10⁻²⁰", "10⁻¹⁵", "10⁻¹⁰", "10⁻⁵", "1"]);
    }

    #[test]
    fn steps_have_no_ticks_between_whole_numbers() {
        let labels: Vec<String> = axis(Scale::Whole, &[1.0, 3.0]).ticks(8).into_iter().map(|t| t.1).collect();
        assert_eq!(labels, ["1", "2", "3"]);
    }
}
