//! The exercises of `00_tour`.

use candle_core::{DType, Device, Tensor};

use super::answer::Answer;
use super::function::Arguments;
use super::task::Task;
use crate::Result;
use crate::random::Generator;

pub(super) fn exercises() -> Vec<Task> {
    vec![elements(), half_open(), sigmoid(), after_an_error()]
}

fn elements() -> Task {
    Task::value("00/elements", 120)
        .begin("The shape says how many steps there are along each axis. How many cells has a box with such sides?")
        .mistake(17, "You added the sides. Each step of one axis holds all steps of the next.")
        .mistake(3, "That is the number of axes. How many numbers are in the box?")
        .otherwise("Count the numbers in one row, then the rows in one slice, then the slices.")
        .right("A tensor of that shape holds 3 · 4 · 10 numbers.")
}

fn half_open() -> Task {
    Task::computed("00/half-open", || Ok(Tensor::full(0.5f32, (2, 5), &Device::Cpu)?.into()))
        .begin("A shape is written rows first. Press Shift+Tab behind `Tensor::full` to see what it takes.")
        .otherwise("The shape is right, the values are not: every element should be one half.")
        .right("A forget gate like this one would halve the memory at every step.")
}

fn sigmoid() -> Task {
    Task::function("00/sigmoid", a_matrix, |arguments| on_the_only(arguments, |a| 1.0 / (1.0 + (-a).exp())))
        .begin("Work from the inside out: what happens to a first, and which operation comes last?")
        .confused_with(
            |arguments| on_the_only(arguments, |a| 1.0 / (1.0 + a.exp())),
            "It falls where it should rise. Look at the sign of a in the exponent.",
        )
        .confused_with(
            |arguments| on_the_only(arguments, |a| 1.0 + (-a).exp()),
            "You have the denominator. What is left to do?",
        )
        .confused_with(
            |arguments| on_the_only(arguments, |a| (-a).exp()),
            "You have the exponential. Two steps are left.",
        )
        .confused_with(|arguments| on_the_only(arguments, f64::tanh), "That is tanh, which runs from -1 to 1.")
        .otherwise("Try it on a tensor with the one value 0: the sigmoid of 0 is a half.")
        .right("All values lie between 0 and 1. That is what makes it a gate.")
}

fn after_an_error() -> Task {
    Task::choice("00/after-an-error", "AC", 'D')
        .begin("Try it: define something, let the next cell fail, and ask for it again.")
        .statement('A', "A cell that stops at a `?` hands back what earlier cells made.")
        .statement('B', "The kernel goes on after an error. What would be lost if it had to start again?")
        .statement('C', "Think of the cell above that failed on purpose: how does a grader learn of it?")
        .statement('D', "Two tensors of different shapes: is that found while compiling or while running?")
        .otherwise("Read the section on errors again.")
        .right("An error is red and ends its cell, nothing more.")
}

/// A random `[B, H]`.
fn a_matrix(generator: &mut Generator) -> Result<Arguments> {
    Ok(Arguments::Tensors(vec![generator.randn((2, 5), DType::F32, &Device::Cpu)?]))
}

/// The answer of applying `f` to every element of the only tensor.
fn on_the_only(arguments: &Arguments, f: fn(f64) -> f64) -> Result<Answer> {
    let Arguments::Tensors(tensors) = arguments else {
        return Ok(Answer::Nothing);
    };
    let [tensor] = &tensors[..] else {
        return Ok(Answer::Nothing);
    };
    let values: Vec<f64> = tensor.to_dtype(DType::F64)?.flatten_all()?.to_vec1()?;
    let mapped: Vec<f64> = values.into_iter().map(f).collect();
    Ok(Answer::Tensor(Tensor::from_vec(mapped, tensor.shape(), tensor.device())?))
}
