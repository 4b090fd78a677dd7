//! A named line: its points, and the trouble in them.

use crate::{Error, Result};

/// One line of a chart.
#[derive(Clone, Debug)]
pub(crate) struct Series {
    pub(crate) name: String,
    pub(crate) points: Vec<(f64, f64)>,
    /// Whether it was computed from its last point to its first, as a gradient is.
    pub(crate) backward: bool,
}

impl Series {
    /// The line through `points`.
    pub(crate) fn new(name: &str, points: Vec<(f64, f64)>) -> Self {
        Self { name: name.into(), points, backward: false }
    }

    /// The line through `values` at x = `first`, `first + 1`, …
    pub(crate) fn counted<F: Copy + Into<f64>>(name: &str, values: &[F], first: f64) -> Self {
        let points = values.iter().enumerate().map(|(k, v)| (first + k as f64, (*v).into()));
        Self::new(name, points.collect())
    }

    /// The first point, in the order of computing, whose y is not a finite number.
    pub(crate) fn first_not_finite(&self) -> Option<(f64, f64)> {
        self.first(|y| !y.is_finite())
    }

    /// The first point, in the order of computing, whose y is finite but has no logarithm.
    pub(crate) fn first_without_log(&self) -> Option<(f64, f64)> {
        self.first(|y| y.is_finite() && y <= 0.0)
    }

    fn first(&self, wanted: impl Fn(f64) -> bool) -> Option<(f64, f64)> {
        let mut points = self.points.iter().copied();
        if self.backward { points.rfind(|p| wanted(p.1)) } else { points.find(|p| wanted(p.1)) }
    }
}

/// Fails unless there is at least one series, each has a point, and at least one point can be drawn.
pub(crate) fn check(argument: &'static str, series: &[Series]) -> Result<()> {
    let fail = |expected: &str, got: String| Err(Error::Argument { argument, expected: expected.into(), got });
    if series.is_empty() {
        return fail("one or more named series", "none".into());
    }
    if let Some(empty) = series.iter().find(|s| s.points.is_empty()) {
        return fail("series of one or more values", format!("no values in {:?}", empty.name));
    }
    let drawable = |p: &(f64, f64)| p.0.is_finite() && p.1.is_finite();
    if !series.iter().any(|s| s.points.iter().any(drawable)) {
        let first = series[0].points[0].1;
        return fail(
            "series with at least one finite value",
            format!("only values that are not finite, the first {first}"),
        );
    }
    Ok(())
}

/// The points of `series` that a chart `columns` wide can tell apart: in each run of points that share a column, the
/// first, lowest, highest and last. Spikes and gaps survive.
pub(crate) fn thin(points: &[(f64, f64)], columns: usize) -> Vec<(f64, f64)> {
    let bucket = points.len().div_ceil(columns.max(1));
    if bucket <= 4 {
        return points.to_vec();
    }
    let mut kept = Vec::with_capacity(columns * 4);
    for run in points.chunks(bucket) {
        let extreme = |pick: fn(f64, f64) -> bool| {
            (0..run.len()).filter(|k| run[*k].1.is_finite()).reduce(|a, b| if pick(run[b].1, run[a].1) { b } else { a })
        };
        let gap = (0..run.len()).find(|k| !run[*k].1.is_finite());
        let mut indices = vec![0, run.len() - 1];
        indices.extend(extreme(|a, b| a < b));
        indices.extend(extreme(|a, b| a > b));
        indices.extend(gap);
        indices.sort_unstable();
        indices.dedup();
        kept.extend(indices.into_iter().map(|k| run[k]));
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_the_spike_and_the_gap() {
        let mut points: Vec<(f64, f64)> = (0..100_000).map(|k| (f64::from(k), 0.0)).collect();
        points[54_321].1 = 9.0;
        points[70_007].1 = f64::NAN;
        let thinned = thin(&points, 500);
        assert!(thinned.len() <= 2_500, "{}", thinned.len());
        assert!(thinned.contains(&(54_321.0, 9.0)));
        assert!(thinned.iter().any(|p| p.0 == 70_007.0 && p.1.is_nan()));
        assert!(thinned.windows(2).all(|w| w[0].0 < w[1].0));
    }
}
