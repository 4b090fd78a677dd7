//! The lecture's smallest model of a vanishing or exploding gradient: a number to the power of the distance.

/// The longest list, 8 MB of numbers.
const MOST_STEPS: usize = 1_000_000;

/// `α⁰, α¹, …, αᵀ`: what is left of a gradient of 1 after each of `steps` (`T`) steps that scale it by `alpha`.
/// Beyond the range of f64 it is 0 or infinite. The list ends at `T` = 1 000 000, however many steps are asked for.
///
/// ```
/// let left = lstm::gradients::alpha_power(0.5, 3);
/// assert_eq!(left, [1.0, 0.5, 0.25, 0.125]);
/// ```
pub fn alpha_power(alpha: f64, steps: usize) -> Vec<f64> {
    std::iter::successors(Some(1.0), |power| Some(power * alpha)).take(steps.min(MOST_STEPS) + 1).collect()
}
