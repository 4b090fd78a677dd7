//! The exercises of `03_vanishing_gradients`.

use candle_core::{DType, Device, Tensor};

use super::answer::Answer;
use super::function::Arguments;
use super::task::Task;
use crate::Result;
use crate::random::Generator;

pub(super) fn exercises() -> Vec<Task> {
    vec![
        steps_to_vanish(),
        spectral_radius(),
        tanh_slope(),
        sigmoid_decades(),
        clip_by_norm(),
        forget_bias_decades(),
        true_or_false(),
    ]
}

fn steps_to_vanish() -> Task {
    // ln 10⁻⁶ / ln 0.9 = 13.8155 / 0.10536 = 131.13
    Task::value("03/steps-to-vanish", 132)
        .begin("Take the logarithm of both sides: T stands alone once you divide by the logarithm of α.")
        .mistake(131, "Nearly: compute the power for your number of steps. Is it already below a millionth?")
        .mistake(133, "Below a millionth, yes. Is it the smallest number of steps that is?")
        .mistake_where(|n| (n - 131.13).abs() < 0.1, "A whole number of steps, please.")
        .mistake_where(|n| n < 0.0, "Both logarithms are negative; their quotient is not.")
        .mistake_where(
            |n| (57.0..58.0).contains(&n) || (301.0..304.0).contains(&n),
            "Use the same base for both logarithms.",
        )
        .otherwise(
            "Let `gradients::alpha_power(0.9, 200)` list the powers, and look for the first that is small enough.",
        )
        .right("A factor that looks harmless leaves a millionth after a sequence of very ordinary length.")
}

fn spectral_radius() -> Task {
    // det(A - λI) = λ² - 2 · ½ = λ² - 1, so λ = ±1
    Task::value("03/spectral-radius", 1.0)
        .begin("The eigenvalues λ solve det(A − λI) = 0, a quadratic equation here.")
        .mistake(2.0, "That is the spectral norm, the most that one application lengthens a vector.")
        .mistake(-1.0, "That is an eigenvalue. The radius takes absolute values.")
        .mistake(0.0, "That is the trace, the sum of the eigenvalues. How large is each of them?")
        .mistake(0.5, "That is what happens to one of the axes. Apply the matrix twice: what has become of a vector?")
        .otherwise("Apply the matrix twice: which matrix is A²?")
        .right("A² = I: applied twice, it does nothing at all, although one application can double a vector.")
}

fn tanh_slope() -> Task {
    Task::function("03/tanh-slope", states, |arguments| of_number(arguments, |h| 1.0 - h * h))
        .begin("Section 6 has the derivative in terms of a. Which part of it is h?")
        .confused_with(
            |arguments| of_number(arguments, |h| 1.0 - h.tanh().powi(2)),
            "The tanh was applied already: h is its result.",
        )
        .confused_with(
            |arguments| of_number(arguments, |h| h * (1.0 - h)),
            "That is how the slope of the sigmoid follows from its output.",
        )
        .confused_with(|arguments| of_number(arguments, |h| 1.0 - h), "Look for a square in the derivative.")
        .confused_with(|arguments| of_number(arguments, |h| h * h), "What is left of 1 after that is taken away?")
        .otherwise("The slope is 1 where h = 0, and 0 where h = 1 and where h = −1.")
        .right("Cheap to compute, and the reason why the forward pass needs to keep only the states.")
}

fn sigmoid_decades() -> Task {
    // 50 · log₁₀ 4 = 50 · 0.60206 = 30.1
    Task::value("03/sigmoid-decades", 30.103)
        .within(0.005)
        .begin("How steep is the sigmoid at 0? That is the factor for each step, and there are fifty.")
        .mistake(60.206, "That would be a hundred steps.")
        .mistake(-30.103, "Right, but the question asks for what is lost, as a positive number.")
        .mistake(15.0515, "The sigmoid's value at 0 is ½. What is its slope there?")
        .mistake(69.3147, "That is the natural logarithm; powers of ten need the other one.")
        .mistake(0.0, "tanh would lose nothing in that case. How steep is the sigmoid?")
        .mistake_where(|n| n < 1.0, "Not what is left, but by how many powers of ten it has shrunk.")
        .otherwise("The slope at 0 to the power of the number of steps; then its logarithm to base ten.")
        .right("And that is its best case. Hence hardly anybody builds simple recurrent networks with sigmoids today.")
}

fn clip_by_norm() -> Task {
    Task::function("03/clip-by-norm", gradient, |arguments| of_gradient(arguments, |norm| 1.0 / norm.max(1.0)))
        .begin("`if norm <= 1.0` return the gradient as it is; otherwise scale it. By which number?")
        .confused_with(
            |arguments| of_gradient(arguments, |norm| 1.0 / norm),
            "Long gradients come out right. But a short one must not be made longer.",
        )
        .confused_with(
            |arguments| of_gradient(arguments, |norm| norm),
            "Multiplying by the norm makes a long gradient longer still.",
        )
        .confused_with(by_value, "That is clipping by value: it turns the direction.")
        .confused_with(
            |arguments| of_gradient(arguments, |_| 1.0),
            "A gradient with a norm above 1 came back as it was.",
        )
        .confused_with(
            |arguments| of_gradient(arguments, |norm| 1.0 / (norm * norm).max(1.0)),
            "The norm is the root of the sum of squares. Did you leave out the root?",
        )
        .otherwise("Print the norm of your result for a long gradient and for a short one.")
        .right("Long gradients have norm 1 and keep their direction, short ones are left alone.")
}

fn forget_bias_decades() -> Task {
    // σ(2) = 0.880797; 200 · log₁₀ 0.880797 = 200 · -0.055124 = -11.02
    Task::value("03/forget-bias-decades", 11.025)
        .within(0.01)
        .begin("First σ(2); then its logarithm to base ten; then 200 of these.")
        .mistake(5.5124, "That would be a hundred steps.")
        .mistake(-11.025, "Right, but the question asks for what is lost, as a positive number.")
        .mistake(25.3856, "That is the natural logarithm; powers of ten need the other one.")
        .mistake(27.2074, "That would be forget bias 1.")
        .mistake(60.206, "That would be forget bias 0, a gate that is half open.")
        .mistake_where(|n| n < 1.0, "Not what is left, but by how many powers of ten it has shrunk.")
        .otherwise("`Activation::Sigmoid.apply_f64(2.0)` gives the gate; each step multiplies by it.")
        .right("Bias 2 is a start for some tens of steps; for two hundred choose more.")
}

fn true_or_false() -> Task {
    Task::choice("03/true-or-false", "ADF", 'F')
        .begin("Take them one by one; each has a section of its own.")
        .statement('A', "What does dividing a vector by a number do to its direction?")
        .statement('B', "Which numbers may clipping multiply a gradient by?")
        .statement('C', "Look again at the figure of the sheared matrix.")
        .statement('D', "Each step costs at most the product of the two bounds. What are they here?")
        .statement('E', "What does a computer do with ∞ − ∞, and what did the run without clipping do?")
        .statement('F', "What is one half to the power of the number of steps?")
        .otherwise("Look each one up in the section it comes from.")
        .right("Guarantees come from norms, long runs from radii, and an LSTM from an open gate.")
}

/// One number that tanh may give.
fn states(generator: &mut Generator) -> Result<Arguments> {
    Ok(Arguments::Numbers(vec![1.9 * generator.next_f64() - 0.95]))
}

/// The slope that `formula` gives for a state.
fn of_number(arguments: &Arguments, formula: fn(f64) -> f64) -> Result<Answer> {
    Ok(match arguments {
        Arguments::Numbers(numbers) => numbers.first().copied().map(formula).into(),
        _ => Answer::Nothing,
    })
}

/// A gradient of six components, as often with a norm of 0.2 to 0.9 as of 2 to 9.
fn gradient(generator: &mut Generator) -> Result<Arguments> {
    let raw = generator.randn(6, DType::F64, &Device::Cpu)?;
    let size = 0.2 + 0.7 * generator.next_f64();
    let norm = if generator.next_f64() < 0.5 { size } else { 10.0 * size };
    Ok(Arguments::Tensors(vec![raw.affine(norm / norm_of(&raw)?, 0.0)?]))
}

/// The gradient times the number that `scale` gives for its norm.
fn of_gradient(arguments: &Arguments, scale: fn(f64) -> f64) -> Result<Answer> {
    let Some(gradient) = first(arguments) else {
        return Ok(Answer::Nothing);
    };
    Ok(gradient.affine(scale(norm_of(gradient)?), 0.0)?.into())
}

/// The gradient with each component limited to ±1.
fn by_value(arguments: &Arguments) -> Result<Answer> {
    let Some(gradient) = first(arguments) else {
        return Ok(Answer::Nothing);
    };
    Ok(gradient.clamp(-1.0, 1.0)?.into())
}

fn norm_of(gradient: &Tensor) -> Result<f64> {
    Ok(gradient.sqr()?.sum_all()?.to_scalar::<f64>()?.sqrt())
}

fn first(arguments: &Arguments) -> Option<&Tensor> {
    match arguments {
        Arguments::Tensors(tensors) => tensors.first(),
        _ => None,
    }
}
