//! The exercises of `06_gru_stacked_bidirectional`.

use candle_core::{DType, Device, Tensor};

use super::answer::Answer;
use super::function::Arguments;
use super::task::Task;
use crate::random::Generator;
use crate::{Activation, Result};

pub(super) fn exercises() -> Vec<Task> {
    vec![
        update_by_hand(),
        lecture_step(),
        gru_parameters(),
        shapes(),
        stacked_parameters(),
        both_directions(),
        true_or_false(),
    ]
}

fn update_by_hand() -> Task {
    // (1 - 0.25) · (-0.4) + 0.25 · 0.8 = -0.3 + 0.2
    Task::value("06/update-by-hand", -0.1)
        .begin("Two products and a sum. In this crate, which of the two does z multiply?")
        .mistake(0.5, "That is the lecture's convention, in which z is the share of the candidate.")
        .mistake(0.1, "Check the signs: the candidate is negative.")
        .mistake(-0.3, "That is what comes in. What stays is missing.")
        .mistake(0.2, "That is what stays. What comes in is missing.")
        .mistake(-0.2, "The candidate has a factor of its own, one minus the gate.")
        .otherwise("A quarter of the one and three quarters of the other: which is which?")
        .right("A mixture of old and new always lies between the two.")
}

fn lecture_step() -> Task {
    Task::function("06/lecture-step", gate_and_states, |arguments| {
        mixed(arguments, |z, n, h| Ok(z.mul(n)?.add(&z.affine(-1.0, 1.0)?.mul(h)?)?))
    })
    .begin("A weighted mean of two vectors. At z = 0 it must give the one, at z = 1 the other.")
    .confused_with(
        |arguments| mixed(arguments, |z, n, h| Ok(z.affine(-1.0, 1.0)?.mul(n)?.add(&z.mul(h)?)?)),
        "That is PyTorch's convention. In the lecture, what does a gate of 0 do to the state?",
    )
    .confused_with(
        |arguments| mixed(arguments, |z, n, h| Ok(z.mul(n)?.add(h)?)),
        "Nothing is taken away from the old state. Then it could grow without bound.",
    )
    .confused_with(|arguments| mixed(arguments, |z, n, _| Ok(z.mul(n)?)), "What stays of the old state is missing.")
    .confused_with(
        |arguments| mixed(arguments, |z, _, h| Ok(z.affine(-1.0, 1.0)?.mul(h)?)),
        "What comes in of the candidate is missing.",
    )
    .otherwise("Try your function with a gate of all zeros, then of all ones.")
    .right("One minus the other convention's gate: a trained network cannot tell, but a reader of weights must know.")
}

fn gru_parameters() -> Task {
    // 3 · 50 · (10 + 50 + 2)
    Task::value("06/gru-parameters", 9300.0)
        .begin("Three layers inside. What does each have, with PyTorch's two biases?")
        .mistake(9150.0, "That is with one bias for each unit. PyTorch's layers have two.")
        .mistake(12_400.0, "That is the LSTM, with four layers inside.")
        .mistake(3100.0, "That is one of the layers inside.")
        .mistake(9000.0, "The biases are missing.")
        .mistake(6200.0, "Two gates, yes, but there is another layer that proposes.")
        .otherwise("For each layer inside: W is [H, D], U is [H, H], and there are two vectors of H biases.")
        .right("Three quarters of the LSTM's, whatever the sizes.")
}

fn shapes() -> Task {
    // outputs [7, 3, 2 · 5], last states [2 · 2, 3, 5]
    Task::value("06/shapes", [7, 3, 10, 4, 3, 5])
        .begin("The outputs are those of the last layer, both directions side by side; the states are those of all layers.")
        .mistake([7, 3, 5, 4, 3, 5], "An output holds both directions side by side.")
        .mistake([7, 3, 10, 2, 3, 5], "Each layer has a last state in each direction.")
        .mistake([7, 3, 20, 4, 3, 5], "The outputs come from the last layer only.")
        .mistake([7, 3, 10, 2, 3, 10], "States of the two directions are listed one after the other, not joined.")
        .mistake([3, 7, 10, 4, 3, 5], "Time comes first here.")
        .otherwise("Outputs: T, B, directions times H. States: layers times directions, B, H.")
        .right("And the second layer reads what both directions of the first have found.")
}

fn stacked_parameters() -> Task {
    Task::function("06/stacked-parameters", sizes, |arguments| {
        counted(arguments, |d, h, layers| gru(d, h) + (layers - 1) * gru(h, h))
    })
    .begin("What is the input size of the first layer, and what is it for all others?")
    .confused_with(
        |arguments| counted(arguments, |d, h, layers| layers * gru(d, h)),
        "Only the first layer reads the input. What does the second read?",
    )
    .confused_with(|arguments| counted(arguments, |d, h, _| gru(d, h)), "That is one layer.")
    .confused_with(
        |arguments| counted(arguments, |d, h, layers| (gru(d, h) + (layers - 1) * gru(h, h)) / 3 * 4),
        "That is an LSTM: a GRU has fewer layers inside.",
    )
    .confused_with(
        |arguments| counted(arguments, |d, h, layers| 3 * h * (d + h + 1) + (layers - 1) * 3 * h * (2 * h + 1)),
        "With one bias for each unit, yes. PyTorch's layers have two.",
    )
    .otherwise("One layer that reads D numbers, and the rest of them read H.")
    .right("Depth costs linearly, width quadratically.")
}

fn both_directions() -> Task {
    Task::choice("06/both-directions", "ADE", 'E')
        .begin("For each: is the whole sequence there when the answer is due?")
        .statement('A', "Is the sentence complete when its words are tagged?")
        .statement('B', "What would the backward direction read, while the text is being written?")
        .statement('C', "How long may the answer wait?")
        .statement('D', "Is the review complete when it is judged?")
        .statement('E', "The week that is read is over. Which days are asked for does not matter to the reader.")
        .otherwise("What counts is whether the later part of what is read exists already.")
        .right("It is about what has been written down already, not about time as such.")
}

fn true_or_false() -> Task {
    Task::choice("06/true-or-false", "BDF", 'F')
        .begin("Take them one by one; each has a section of its own.")
        .statement('A', "How many states does a step of each hand on?")
        .statement('B', "Put it into the equations of this crate: what is left of the update?")
        .statement('C', "What did the timing say, and what does the count of the layers inside say?")
        .statement('D', "What does the second layer have as its input?")
        .statement('E', "How many words has the backward direction seen at the last step?")
        .statement('F', "How many weights does each direction have of its own?")
        .otherwise("Look each one up in the section it comes from.")
        .right("The GRU is a smaller LSTM; layers and directions are put together from either.")
}

/// The gate between 0 and 1, the candidate and the state between -1 and 1.
fn gate_and_states(generator: &mut Generator) -> Result<Arguments> {
    let batch = 2 + (generator.next_f64() * 2.0) as usize;
    let mut draw = || generator.randn((batch, 5), DType::F32, &Device::Cpu);
    let (z, n, h) = (draw()?, draw()?, draw()?);
    Ok(Arguments::Tensors(vec![Activation::Sigmoid.apply(&z)?, n.tanh()?, h.tanh()?]))
}

fn mixed(arguments: &Arguments, formula: fn(&Tensor, &Tensor, &Tensor) -> Result<Tensor>) -> Result<Answer> {
    let Arguments::Tensors(tensors) = arguments else {
        return Ok(Answer::Nothing);
    };
    match &tensors[..] {
        [z, n, h] => Ok(formula(z, n, h)?.into()),
        _ => Ok(Answer::Nothing),
    }
}

/// D, H and L.
fn sizes(generator: &mut Generator) -> Result<Arguments> {
    let mut size = |low: usize, count: f64| low + (generator.next_f64() * count) as usize;
    Ok(Arguments::Sizes(vec![size(3, 40.0), size(50, 60.0), size(2, 3.0)]))
}

fn counted(arguments: &Arguments, formula: fn(usize, usize, usize) -> usize) -> Result<Answer> {
    Ok(match arguments {
        Arguments::Sizes(sizes) => match sizes[..] {
            [d, h, layers] => formula(d, h, layers).into(),
            _ => Answer::Nothing,
        },
        _ => Answer::Nothing,
    })
}

/// The parameters of a GRU layer as PyTorch counts them.
fn gru(d: usize, h: usize) -> usize {
    3 * h * (d + h + 2)
}
