//! The exercises of `04_lstm_gates`.

use candle_core::{DType, Device, Tensor};

use super::answer::Answer;
use super::function::Arguments;
use super::task::Task;
use crate::random::Generator;
use crate::{Activation, Result};

pub(super) fn exercises() -> Vec<Task> {
    vec![forget_gate(), update_by_hand(), update(), hidden(), half_life(), overrides(), latch(), true_or_false()]
}

fn forget_gate() -> Task {
    Task::function("04/forget-gate", layer, |arguments| forget_with(arguments, Activation::Sigmoid, true, true))
        .begin("Two products, a sum, the bias, and the function that gives numbers between 0 and 1.")
        .confused_with(
            |arguments| forget_with(arguments, Activation::Tanh, true, true),
            "That is the candidate: a gate ends in another function.",
        )
        .confused_with(
            |arguments| forget_with(arguments, Activation::Sigmoid, true, false),
            "The bias is missing.",
        )
        .confused_with(
            |arguments| forget_with(arguments, Activation::Sigmoid, false, true),
            "The hidden state of the step before is missing.",
        )
        .confused_with(pre_activation, "That is the sum inside. It still has to be squashed.")
        .otherwise(
            "Compare with `tiny.forget(&x, &h_prev)?`: its weights are `tiny.weights(Gate::Forget)?`, with `w`, `u` and `b`.",
        )
        .right("The other two gates are the same function with weights of their own.")
}

fn update_by_hand() -> Task {
    // 0.9 · 2 + 0.5 · (-0.8) = 1.8 - 0.4
    Task::value("04/update-by-hand", 1.4)
        .begin("Two products and a sum: what stays of the old, and what is written of the new.")
        .mistake(1.8, "That is what stays. What is written?")
        .mistake(-0.4, "That is what is written. What stays?")
        .mistake(2.2, "The candidate is negative: it lowers the memory.")
        .mistake(0.28, "The gates have changed places: f belongs to the old memory, i to the candidate.")
        .mistake(1.0, "The candidate is gated too.")
        .mistake(0.8854, "That would be tanh(c), on the way to the output. The memory itself is not squashed.")
        .otherwise("Multiply the old memory by the forget gate, and add input gate times candidate.")
        .right("Above 1: the memory has no bounds. Only what is shown of it goes through tanh.")
}

fn update() -> Task {
    Task::function("04/update", gates_and_memory, |arguments| of_four(arguments, updated))
        .begin("`a.mul(&b)?` multiplies element by element, `a.add(&b)?` adds.")
        .confused_with(
            |arguments| of_four(arguments, |f, c_prev, i, candidate| updated(i, c_prev, f, candidate)),
            "The gates have changed places: the forget gate belongs to the old memory.",
        )
        .confused_with(
            |arguments| of_four(arguments, |f, c_prev, _, candidate| Ok(f.mul(c_prev)?.add(candidate)?)),
            "The candidate is gated too.",
        )
        .confused_with(
            |arguments| of_four(arguments, |_, c_prev, i, candidate| Ok(c_prev.add(&i.mul(candidate)?)?)),
            "Nothing is ever forgotten in yours.",
        )
        .confused_with(
            |arguments| of_four(arguments, |f, c_prev, _, _| Ok(f.mul(c_prev)?)),
            "Nothing is ever written in yours.",
        )
        .confused_with(
            |arguments| of_four(arguments, |f, c_prev, i, candidate| Ok(updated(f, c_prev, i, candidate)?.tanh()?)),
            "The memory is not squashed. The tanh comes later, on the way to the output.",
        )
        .confused_with(
            |arguments| {
                of_four(arguments, |f, c_prev, i, candidate| updated(&f.affine(-1.0, 1.0)?, c_prev, i, candidate))
            },
            "A forget gate of 1 keeps everything. Yours keeps what the gate wants gone.",
        )
        .otherwise("What stays of the old memory, plus what is written: both are products of two of the four tensors.")
        .right("One multiplication and one addition: this is all that happens on the road of the cell state.")
}

fn hidden() -> Task {
    Task::function("04/hidden", output_and_memory, |arguments| of_two(arguments, |o, c| Ok(o.mul(&c.tanh()?)?)))
        .begin("First the function that brings the memory between −1 and 1, then the gate.")
        .confused_with(
            |arguments| of_two(arguments, |o, c| Ok(o.mul(c)?)),
            "The memory has no bounds; what is shown of it has. Something is missing.",
        )
        .confused_with(
            |arguments| of_two(arguments, |o, c| Ok(o.mul(c)?.tanh()?)),
            "The other order: the gate comes last, so that it can let the squashed value pass unchanged.",
        )
        .confused_with(|arguments| of_two(arguments, |_, c| Ok(c.tanh()?)), "That shows everything. Where is the gate?")
        .confused_with(
            |arguments| of_two(arguments, |o, c| Ok(o.mul(&Activation::Sigmoid.apply(c)?)?)),
            "What is shown may be negative: another function squashes the memory.",
        )
        .otherwise("Which function runs from −1 to 1, and which of the two tensors does it belong to?")
        .right("A large memory, a bounded output, and a gate between them.")
}

fn half_life() -> Task {
    // σ(b)⁵⁰ = ½, so σ(b) = 2^(-1/50) = 0.986233 and b = ln(0.986233 / 0.013767) = 4.2716
    Task::value("04/half-life", 4.2716)
        .within(0.005)
        .begin("Put 50 into the formula for the half-life and solve it for σ(b); then ask which b gives that σ.")
        .mistake(0.9862, "That is the gate. Which pre-activation gives it?")
        .mistake(-4.2716, "With a negative bias the gate is shut. Check the sign.")
        .mistake_where(|n| n > 50.0, "That is far too open: the gate would be 1 to all digits.")
        .mistake_where(|n| (0.0..4.2).contains(&n), "With that bias the half-life is shorter than 50 steps.")
        .mistake_where(|n| n > 4.3, "With that bias the half-life is longer than 50 steps.")
        .otherwise("The table above shows how the half-life grows with the bias.")
        .right("Half-lives grow about exponentially with the bias: each unit more multiplies them by e, roughly.")
}

fn overrides() -> Task {
    Task::choice("04/overrides", "ACE", 'E')
        .begin("Put the forced value into the equations of update and output, and read what is left.")
        .statement('A', "Put f into the update: what happens to the old memory?")
        .statement('B', "Nothing is written. But what does the other gate still do at every step?")
        .statement('C', "Put o into the formula of the hidden state. Is it in the formula of the cell state?")
        .statement('D', "The cell state is new at each step. But what else do the layers look at, besides the input?")
        .statement('E', "Put both into the update: what is left of the equation?")
        .otherwise("Try it: a cell with overrides, a starting state, and `trace`.")
        .right("The equations say it all, once the constants stand in them.")
}

fn latch() -> Task {
    // erase = 0: b = 6; erase = 1: w + b = -6
    Task::value("04/latch", [-12.0, 6.0])
        .begin("Two equations: what is the sum when the signal is 0, and what when it is 1?")
        .mistake([12.0, -6.0], "That gate opens when the signal is 1. It should shut.")
        .mistake([-6.0, 6.0], "With the signal at 1 the sum is 0, and the gate is half open.")
        .mistake([6.0, -12.0], "Right numbers, other order: first the weight, then the bias.")
        .mistake([-20.0, 10.0], "That works as a latch too, but gives other sums than those asked for.")
        .mistake([20.0, -10.0], "Those are the weights of the latch above, which opens when the signal is 1.")
        .otherwise("With the signal at 0 only the bias is left; the weight must bring about the difference.")
        .right(
            "A bias for the resting position, a weight for the switch: any logic of one signal can be set like that.",
        )
}

fn true_or_false() -> Task {
    Task::choice("04/true-or-false", "AEG", 'G')
        .begin("Take them one by one, with the four equations beside you.")
        .statement('A', "Think of the counter.")
        .statement('B', "It is a product of two factors. How large can each be?")
        .statement('C', "Which matrices did we set for the tiny cell, and how many?")
        .statement('D', "Which function ends that layer, and should a memory be able to go down?")
        .statement('E', "Look at the two operations on the road of the cell state.")
        .statement('F', "Put 0 into the update: what is left of the old memory?")
        .statement('G', "Look at what `forward` takes, and at what the update needs.")
        .otherwise("The four equations decide each of them.")
        .right("The names invite confusion; the equations do not.")
}

/// `x` `[B, D]`, `h` `[B, H]`, `w` `[H, D]`, `u` `[H, H]` and `b` `[H]`.
fn layer(generator: &mut Generator) -> Result<Arguments> {
    let (batch, inputs, units) = (size(generator, 2, 3), size(generator, 4, 5), size(generator, 6, 7));
    let mut draw = |dims: &[usize]| generator.randn(dims, DType::F32, &Device::Cpu);
    Ok(Arguments::Tensors(vec![
        draw(&[batch, inputs])?,
        draw(&[batch, units])?,
        draw(&[units, inputs])?,
        draw(&[units, units])?,
        draw(&[units])?,
    ]))
}

/// The gates between 0 and 1, the candidate between -1 and 1, and a memory: `f`, `c_prev`, `i`, `candidate`.
fn gates_and_memory(generator: &mut Generator) -> Result<Arguments> {
    let dims = [size(generator, 2, 3), size(generator, 4, 6)];
    let mut draw = || generator.randn(&dims, DType::F32, &Device::Cpu);
    let (f, c_prev, i, candidate) = (draw()?, draw()?, draw()?, draw()?);
    let gate = |raw: &Tensor| Activation::Sigmoid.apply(raw);
    Ok(Arguments::Tensors(vec![gate(&f)?, c_prev.affine(2.0, 0.0)?, gate(&i)?, candidate.tanh()?]))
}

/// `o` between 0 and 1, and a memory `c`.
fn output_and_memory(generator: &mut Generator) -> Result<Arguments> {
    let dims = [size(generator, 2, 3), size(generator, 4, 6)];
    let mut draw = || generator.randn(&dims, DType::F32, &Device::Cpu);
    let (o, c) = (draw()?, draw()?);
    Ok(Arguments::Tensors(vec![Activation::Sigmoid.apply(&o)?, c.affine(2.0, 0.0)?]))
}

/// The layer that ends in `activation`, with or without its recurrent part and its bias.
fn forget_with(arguments: &Arguments, activation: Activation, recurrent: bool, bias: bool) -> Result<Answer> {
    match sum_inside(arguments, recurrent, bias)? {
        Some(sum) => Ok(activation.apply(&sum)?.into()),
        None => Ok(Answer::Nothing),
    }
}

fn pre_activation(arguments: &Arguments) -> Result<Answer> {
    Ok(sum_inside(arguments, true, true)?.into())
}

fn sum_inside(arguments: &Arguments, recurrent: bool, bias: bool) -> Result<Option<Tensor>> {
    let Arguments::Tensors(tensors) = arguments else {
        return Ok(None);
    };
    let [x, h, w, u, b] = &tensors[..] else {
        return Ok(None);
    };
    let mut sum = x.matmul(&w.t()?)?;
    if recurrent {
        sum = sum.add(&h.matmul(&u.t()?)?)?;
    }
    if bias {
        sum = sum.broadcast_add(b)?;
    }
    Ok(Some(sum))
}

/// The new memory.
fn updated(f: &Tensor, c_prev: &Tensor, i: &Tensor, candidate: &Tensor) -> Result<Tensor> {
    Ok(f.mul(c_prev)?.add(&i.mul(candidate)?)?)
}

fn of_four(arguments: &Arguments, formula: fn(&Tensor, &Tensor, &Tensor, &Tensor) -> Result<Tensor>) -> Result<Answer> {
    let Arguments::Tensors(tensors) = arguments else {
        return Ok(Answer::Nothing);
    };
    match &tensors[..] {
        [f, c_prev, i, candidate] => Ok(formula(f, c_prev, i, candidate)?.into()),
        _ => Ok(Answer::Nothing),
    }
}

fn of_two(arguments: &Arguments, formula: fn(&Tensor, &Tensor) -> Result<Tensor>) -> Result<Answer> {
    let Arguments::Tensors(tensors) = arguments else {
        return Ok(Answer::Nothing);
    };
    match &tensors[..] {
        [o, c] => Ok(formula(o, c)?.into()),
        _ => Ok(Answer::Nothing),
    }
}

/// A size from `low` to `high`, both included.
fn size(generator: &mut Generator, low: usize, high: usize) -> usize {
    low + (generator.next_f64() * (high - low + 1) as f64) as usize
}
