//! The exercises of `01_recurrent_networks`.

use std::f64::consts::LN_2;

use super::answer::Answer;
use super::function::Arguments;
use super::task::Task;
use crate::Result;
use crate::random::Generator;

pub(super) fn exercises() -> Vec<Task> {
    vec![one_step(), shapes(), count(), many_to_one(), floor(), true_or_false()]
}

fn one_step() -> Task {
    // tanh(0.5 · 2 - 1 · 0.6 + 0.1) = tanh(0.5) = 0.46212
    Task::value("01/one-step", 0.462_117)
        .within(0.001)
        .begin("Three terms inside, from the input, from the state and the bias; then the activation function.")
        .mistake(0.5, "That is the sum inside. The activation function is missing.")
        .mistake(0.935_409, "Look at the sign of the recurrent weight.")
        .mistake(0.379_949, "The bias is missing.")
        .mistake(0.800_499, "The state of the step before is missing.")
        .mistake(-0.462_117, "Check the signs: which of the terms are positive?")
        .otherwise("Compute w x, u h and b, add the three, then take tanh of the sum.")
        .right("The next step begins with this number in the place of 0.6.")
}

fn shapes() -> Task {
    Task::value("01/shapes", [64, 100, 64, 64, 5000, 64])
        .begin("For each matrix: how many numbers go in (its columns), and how many come out (its rows)?")
        .mistake(
            [100, 64, 64, 64, 64, 5000],
            "Rows and columns have changed places: a matrix has a row for each number that comes out.",
        )
        .mistake([64, 64, 64, 100, 5000, 64], "W and U have changed places: here W meets the input.")
        .mistake(
            [64, 100, 64, 64, 64, 5000],
            "Two of three are right. What goes into the last one, and what comes out?",
        )
        .mistake([64, 100, 100, 100, 5000, 64], "U leads from the state to the state. How large is that?")
        .otherwise("The table above has them in letters. Which numbers are D, H and V here?")
        .right("The output layer is by far the largest. With large vocabularies it usually is.")
}

fn count() -> Task {
    Task::function("01/count", sizes, |arguments| counted(arguments, |d, h, v| h * (d + h + 1) + v * (h + 1)))
        .begin(
            "The cell has two matrices and a bias, the output layer one matrix and a bias. Section 3 has the shapes.",
        )
        .confused_with(|arguments| counted(arguments, |d, h, _| h * (d + h + 1)), "The output layer is missing.")
        .confused_with(|arguments| counted(arguments, |d, h, v| h * (d + h) + v * h), "The biases are missing.")
        .confused_with(
            |arguments| counted(arguments, |d, h, v| h * (d + h + 2) + v * (h + 1)),
            "That is how PyTorch counts, with two biases for each unit. Here each has one.",
        )
        .confused_with(
            |arguments| counted(arguments, |d, h, v| h * (d + 1) + v * (h + 1)),
            "The recurrent matrix is missing: without it the network has no memory.",
        )
        .otherwise("Add up the shapes: rows times columns for each matrix, and one number for each row as bias.")
        .right("No T in it, whatever the length of the sequences.")
}

fn many_to_one() -> Task {
    Task::choice("01/many-to-one", "AE", 'E')
        .begin("For each: is the input a sequence, and is the answer one thing or a sequence?")
        .statement('A', "How many answers does a whole review get?")
        .statement('B', "What is the sequence here, the input or the answer?")
        .statement('C', "How many answers does a sentence of nine words get?")
        .statement('D', "Is the answer one thing?")
        .statement('E', "How many measurements go in, and how many answers come out?")
        .otherwise("Compare each with the table above.")
        .right("In both the last state has to stand for the whole sequence.")
}

fn floor() -> Task {
    // two steps with one possible letter, two with two letters half and half: (0 + 0 + ln 2 + ln 2) / 4
    Task::value("01/floor", LN_2 / 2.0)
        .within(0.001)
        .begin("At which steps does the present letter leave a doubt, and what is the best bet there?")
        .mistake(LN_2, "That is the loss at one of the doubtful steps. Take the mean over all four.")
        .mistake(2.0 * LN_2, "That is the sum over the steps, or the loss of who knows nothing at all.")
        .mistake(LN_2 / 4.0, "How many steps are doubtful? The l is read twice.")
        .mistake(0.5, "That is a probability or a logarithm to base two. Cross-entropy takes the natural logarithm.")
        .mistake(0.0, "That would be perfect. Which letter follows the l?")
        .otherwise("The best bet after an l is one half for each of two letters. What does it cost, and how often?")
        .right("A bet of one half costs ln 2, at two of four steps. Only a memory goes below.")
}

fn true_or_false() -> Task {
    Task::choice("01/true-or-false", "BDF", 'G')
        .begin("Take them one by one; each has a section of its own.")
        .statement('A', "Look again at the line for shared weights.")
        .statement('B', "It leads from the state to the state.")
        .statement('C', "Joined means side by side.")
        .statement('D', "Does a shape depend on T?")
        .statement('E', "Each sequence has its own row. Does any operation mix rows?")
        .statement('F', "Read the recurrence: what stands on its right side?")
        .statement('G', "What did the unit with weight 3 know after two hundred steps?")
        .otherwise("Look each one up in the section it comes from.")
        .right("The last two are the true and the false half of the word Markov.")
}

/// D, H and V.
fn sizes(generator: &mut Generator) -> Result<Arguments> {
    let mut size = |low: usize, count: f64| low + (generator.next_f64() * count) as usize;
    Ok(Arguments::Sizes(vec![size(3, 40.0), size(50, 60.0), size(120, 80.0)]))
}

fn counted(arguments: &Arguments, formula: fn(usize, usize, usize) -> usize) -> Result<Answer> {
    Ok(match arguments {
        Arguments::Sizes(sizes) => match sizes[..] {
            [d, h, v] => formula(d, h, v).into(),
            _ => Answer::Nothing,
        },
        _ => Answer::Nothing,
    })
}
