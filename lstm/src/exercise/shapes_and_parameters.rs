//! The exercises of `05_shapes_and_parameters`.

use candle_core::{DType, Device};

use super::answer::Answer;
use super::function::Arguments;
use super::task::Task;
use crate::Result;
use crate::random::Generator;

pub(super) fn exercises() -> Vec<Task> {
    vec![
        output_shape(),
        last_hidden_shape(),
        batch_first(),
        last_step(),
        megabytes(),
        lstm_parameters(),
        dense_parameters(),
        units_from_count(),
        forget_rows(),
        count_lstm(),
        count_stacked(),
        true_or_false(),
    ]
}

fn output_shape() -> Task {
    Task::value("05/output-shape", [20, 32, 64])
        .begin("Three axes. Which of the five sizes is time, which is the batch, and what does a step give out?")
        .mistake([32, 20, 64], "Right numbers, other order: that would be `batch_first`.")
        .mistake([20, 32, 100], "The last axis is what comes out of the layer, not what goes in.")
        .mistake([20, 32, 128], "Stacked layers are not put side by side: which layer's states come out?")
        .mistake([2, 32, 64], "That is the shape of the last states. The output has one vector for each step.")
        .mistake([32, 64], "That is one step only. The output keeps all of them.")
        .otherwise("Every step of every sequence gives one hidden state, that of the top layer.")
        .right("One hidden state of the top layer for each step and sequence: `[T, B, H]`.")
}

fn last_hidden_shape() -> Task {
    Task::value("05/last-hidden-shape", [2, 32, 64])
        .begin("It holds the state after the last step only, of each layer and each sequence.")
        .mistake([32, 64], "That is one layer's state. How many layers remember something?")
        .mistake([1, 32, 64], "That would do for a single layer.")
        .mistake([20, 32, 64], "That is the output over all steps. Here only the last step counts, but for each layer.")
        .mistake([32, 2, 64], "Right numbers, other order: the layers come first.")
        .otherwise("Time is gone from it, and something else takes the first axis.")
        .right("`[L, B, H]`: time is gone, and the first axis counts layers.")
}

fn batch_first() -> Task {
    Task::choice("05/batch-first", "AB", 'E')
        .begin("Which of these tensors have a time axis at all?")
        .statement('A', "Think of what you hand to the layer: does it have time and batch axes to exchange?")
        .statement('B', "Think of what the layer gives out for every step.")
        .statement('C', "Think of the states before the first step: is there a time axis to exchange?")
        .statement('D', "Think of the states after the last step: is there a time axis to exchange?")
        .statement('E', "Does a weight know how many sequences or steps there are?")
        .otherwise("Only a tensor that has both a time and a batch axis can change.")
        .right("The switch moves the time axis, so only what has one changes. The states stay `[L, B, H]`.")
}

fn last_step() -> Task {
    Task::function("05/last-step", a_batch_of_outputs, |arguments| step_of(arguments, 1, |steps| steps - 1))
        .begin(
            "`outputs.narrow(axis, start, length)?` or `outputs.i((.., t))?` picks along an axis; which axis is time?",
        )
        .confused_with(
            |arguments| step_of(arguments, 1, |_| 0),
            "That is the first step: the network has read one word only.",
        )
        .confused_with(
            |arguments| step_of(arguments, 0, |batch| batch - 1),
            "That is the last sequence with all its steps. Pick along the axis of time.",
        )
        .otherwise("Take the last index of the time axis, for every sequence.")
        .right("This vector has seen the whole sequence; a classifier reads it.")
}

fn megabytes() -> Task {
    // 100 · 64 · 256 · 4 bytes = 6 553 600 bytes; megabytes of 1024² are near enough.
    Task::value("05/megabytes", 6.5536)
        .within(0.05)
        .begin("How many numbers does the shape hold? An f32 takes four bytes, and a megabyte is a million of them.")
        .mistake(1.6384, "That is how many million numbers there are. How many bytes has each?")
        .mistake(13.1072, "That would be f64, with eight bytes for a number.")
        .mistake_where(|n| n > 1000.0, "Megabytes, please: millions of bytes.")
        .otherwise("Multiply the sizes of the axes, then the bytes of one number, then divide by a million.")
        .right(
            "Training keeps several tensors of this shape, one for each gate and state: memory grows with T · B · H.",
        )
}

fn lstm_parameters() -> Task {
    // ((30 + 20 + 1) · 30) · 4
    Task::value("05/lstm-parameters", 6_120)
        .begin("Begin with one gate: each of its units has a weight for every input and every hidden unit, and a bias.")
        .mistake(6_000, "You forgot the biases: each unit of each gate has one.")
        .mistake(6_240, "That is PyTorch's count, with two biases for each unit. The question asks for one.")
        .mistake(1_530, "That is one gate. How many such layers does the cell have?")
        .mistake(4_590, "That is three layers: the gates. Which part of the cell is missing?")
        .mistake(2_520, "The hidden state feeds back too: each unit also has a weight for every hidden unit.")
        .mistake(4_080, "A layer has as many rows as there are hidden units, not inputs.")
        .otherwise("Write down the size of `[h, x]` with a one for the bias, then how many rows a layer has, then how many layers.")
        .right("Four layers, each of H rows with H + D weights and a bias.")
}

fn dense_parameters() -> Task {
    // (30 + 1) · 5
    Task::value("05/dense-parameters", 155)
        .begin("Each class has one weight for every hidden unit, and one number more.")
        .mistake(150, "You forgot the bias: each class has one.")
        .mistake(180, "The bias belongs to the outputs: one for each class, not one for each hidden unit.")
        .mistake_where(|n| n > 1000.0, "The length of the sequence plays no part: the layer sees the last state only.")
        .otherwise("Rows times columns of its weight matrix, and the biases.")
        .right("A matrix of 5 rows and 30 columns, and 5 biases.")
}

fn units_from_count() -> Task {
    // 4 · 12 · (12 + 8 + 1) = 1 008
    Task::value("05/units-from-count", 12)
        .begin("Write the formula with D = 8 and call the unknown H; a quadratic equation is left, or try a few.")
        .mistake_where(|n| n.fract() != 0.0, "The number of units is whole. Did you forget the bias or count it twice?")
        .mistake_where(
            |n| n < 1.0,
            "A quadratic equation has two solutions; only one of them can be a number of units.",
        )
        .mistake_where(|n| n > 250.0, "Far too many: the count grows with the square of the units.")
        .otherwise("Put your number into the formula: is the count too large or too small?")
        .right("The count grows with the square of the units once H is larger than D.")
}

fn forget_rows() -> Task {
    Task::value("05/forget-rows", 50)
        .begin("The four blocks have one row for each unit. In which order are they stacked?")
        .mistake(0, "That would be the lecture's order, where forgetting comes first. PyTorch stacks in another.")
        .mistake(1, "That is the number of the block. How many rows does a block have?")
        .mistake(51, "Rows are counted from zero.")
        .mistake(100, "That block belongs to the candidate.")
        .mistake(150, "That block belongs to the output gate.")
        .otherwise("The order is `i, f, g, o`, and each block has as many rows as there are units.")
        .right("The second block of rows: `weight_hh_l0.narrow(0, 50, 50)` is its whole matrix.")
}

fn count_lstm() -> Task {
    Task::function("05/count-lstm", sizes_2, |arguments| count(arguments, |d, h, _| 4 * h * (d + h + 1)))
        .begin("The arguments are D and H; count one bias for each unit of each gate.")
        .confused_with(|arguments| count(arguments, |d, h, _| 4 * h * (d + h)), "You forgot the bias of each unit.")
        .confused_with(
            |arguments| count(arguments, |d, h, _| 4 * h * (d + h + 2)),
            "That is PyTorch's count, with two biases. Count one.",
        )
        .confused_with(
            |arguments| count(arguments, |d, h, _| h * (d + h + 1)),
            "That is a simple recurrent layer: how many has an LSTM?",
        )
        .confused_with(
            |arguments| count(arguments, |d, h, _| 3 * h * (d + h + 1)),
            "Three gates, yes. What else learns?",
        )
        .confused_with(
            |arguments| count(arguments, |d, h, _| 4 * d * (d + h + 1)),
            "D and H have changed places: the rows belong to the hidden units.",
        )
        .confused_with(
            |arguments| count(arguments, |d, h, _| 4 * h * (d + 1)),
            "The hidden state feeds back: it has weights too.",
        )
        .confused_with(|arguments| count(arguments, |d, h, _| 4 * (d + h + 1)), "That is one unit. How many are there?")
        .otherwise("Test it with D = 10 and H = 50, whose count is in the table above.")
        .right("It agrees with the formula for any D and H.")
}

fn count_stacked() -> Task {
    Task::function("05/count-stacked", sizes_3, |arguments| {
        count(arguments, |d, h, l| 4 * h * (d + h + 1) + (l - 1) * 4 * h * (h + h + 1))
    })
    .begin("The first layer reads the input. What do the others read?")
    .confused_with(
        |arguments| count(arguments, |d, h, l| l * 4 * h * (d + h + 1)),
        "You gave all layers the same input size. A layer above the first reads hidden states.",
    )
    .confused_with(
        |arguments| count(arguments, |d, h, l| 4 * h * (d + h + 1) + (l - 1) * 4 * h * (h + 1)),
        "A layer above the first has an input and a state of its own, both from H units.",
    )
    .confused_with(
        |arguments| count(arguments, |d, h, l| 4 * h * (d + h + 2) + (l - 1) * 4 * h * (h + h + 2)),
        "That is PyTorch's count, with two biases. Count one.",
    )
    .confused_with(|arguments| count(arguments, |d, h, _| 4 * h * (d + h + 1)), "That is the first layer only.")
    .confused_with(
        |arguments| count(arguments, |d, h, l| 4 * h * (d + h + 1) + l * 4 * h * (h + h + 1)),
        "One layer too many: the first is among the L.",
    )
    .otherwise("Count the first layer with D inputs, and the L − 1 others with H inputs each.")
    .right("Only the first layer depends on D.")
}

fn true_or_false() -> Task {
    Task::choice("05/true-or-false", "ABCF", 'G')
        .begin("Take them one by one; each can be tried in a cell.")
        .statement('A', "Which axes does a batch of sequences of vectors need?")
        .statement('B', "What goes into a step besides the input? Look at the arrows between two steps.")
        .statement('C', "The two states are multiplied element by element with the same gates: what does that say about their shapes?")
        .statement('D', "Look for T in the formula for the parameters.")
        .statement('E', "Put H and then twice H into the formula, with a small D.")
        .statement('F', "Compare the last step of the outputs with the last state of the top layer.")
        .statement('G', "The same weights are used at every step: is there anything that fixes how many steps there are?")
        .otherwise("Try the statements in cells.")
        .right("Time is only in the data, never in the weights; and gates that multiply both states give them one shape.")
}

/// Outputs `[B, T, H]` of a layer with the batch first.
fn a_batch_of_outputs(generator: &mut Generator) -> Result<Arguments> {
    let (batch, steps, hidden) = (size(generator, 2, 5), size(generator, 6, 9), size(generator, 10, 12));
    Ok(Arguments::Tensors(vec![generator.randn((batch, steps, hidden), DType::F32, &Device::Cpu)?]))
}

/// One index of one axis of the only tensor; `index` gets the axis' length.
fn step_of(arguments: &Arguments, axis: usize, index: fn(usize) -> usize) -> Result<Answer> {
    let Arguments::Tensors(tensors) = arguments else {
        return Ok(Answer::Nothing);
    };
    let [tensor] = &tensors[..] else {
        return Ok(Answer::Nothing);
    };
    let picked = tensor.narrow(axis, index(tensor.dim(axis)?), 1)?.squeeze(axis)?;
    Ok(Answer::Tensor(picked))
}

/// `D` and `H`.
fn sizes_2(generator: &mut Generator) -> Result<Arguments> {
    Ok(Arguments::Sizes(vec![size(generator, 2, 40), size(generator, 41, 80)]))
}

/// `D`, `H` and `L`.
fn sizes_3(generator: &mut Generator) -> Result<Arguments> {
    Ok(Arguments::Sizes(vec![size(generator, 2, 40), size(generator, 41, 80), size(generator, 2, 5)]))
}

/// A size from `low` to `high`, both included.
fn size(generator: &mut Generator, low: usize, high: usize) -> usize {
    low + (generator.next_f64() * (high - low + 1) as f64) as usize
}

/// The count that `formula` gives for D, H and L (1 if not given).
fn count(arguments: &Arguments, formula: fn(usize, usize, usize) -> usize) -> Result<Answer> {
    let Arguments::Sizes(sizes) = arguments else {
        return Ok(Answer::Nothing);
    };
    Ok(match sizes[..] {
        [d, h] => formula(d, h, 1).into(),
        [d, h, layers] => formula(d, h, layers).into(),
        _ => Answer::Nothing,
    })
}
