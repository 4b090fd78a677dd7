//! The exercises of `08_character_generation`.

use std::f64::consts::LN_2;

use candle_core::{Device, Tensor};

use super::answer::Answer;
use super::function::Arguments;
use super::task::Task;
use crate::Result;
use crate::random::Generator;

pub(super) fn exercises() -> Vec<Task> {
    vec![
        bits_per_character(),
        three_currencies(),
        updates_per_epoch(),
        one_hot_model(),
        temperature(),
        top_p(),
        second_layer(),
        true_or_false(),
    ]
}

fn bits_per_character() -> Task {
    Task::function("08/bits-per-character", probabilities, |arguments| {
        measured(arguments, |p| p.log()?.mean_all()? / -LN_2)
    })
    .begin("The surprise of each character first, then the mean of them. In which unit is a natural logarithm?")
    .confused_with(|arguments| measured(arguments, |p| p.log()?.mean_all()?.neg()), "Those are nats.")
    .confused_with(
        |arguments| measured(arguments, |p| p.log()?.mean_all()? / LN_2),
        "The logarithm of a probability is negative, and a surprise is not.",
    )
    .confused_with(
        |arguments| measured(arguments, |p| p.log()?.sum_all()? / -LN_2),
        "Those are the bits of the whole text. Per character?",
    )
    .confused_with(
        |arguments| measured(arguments, |p| p.mean_all()?.log()? / -LN_2),
        "That is the surprise at the mean probability. The mean of the surprises is something else: one bad guess costs more in it.",
    )
    .confused_with(
        |arguments| measured(arguments, |p| p.log()?.mean_all()? * -LN_2),
        "A bit is less than a nat, so there must be more of them.",
    )
    .otherwise("At probabilities of one half everywhere it must give 1, and at a quarter everywhere 2.")
    .right("One bit is the surprise at a fair coin.")
}

fn three_currencies() -> Task {
    // (1 + 2 + 3 + 3) / 4, and 2 to that power
    Task::value("08/three-currencies", [2.25, 4.756_828])
        .within(0.002)
        .begin("A probability of one half is a surprise of one bit. What are the other three, and what is the mean?")
        .mistake([9.0, 512.0], "That is the whole text. Per character?")
        .mistake([2.25, 9.487_736], "The bits are right. For the perplexity, which base belongs to bits?")
        .mistake([2.0, 4.0], "That is the surprise at the mean probability. Take the mean of the surprises.")
        .mistake([1.559_581, 4.756_828], "The perplexity is right, and the first number is in nats.")
        .otherwise("First the mean of the four surprises, then two to that power.")
        .right("As unsure as between 4.76 equally likely characters.")
}

fn updates_per_epoch() -> Task {
    // 10 000 inputs in 20 rows of 500, 50 at a time
    Task::value("08/updates-per-epoch", 10)
        .begin("How long is a row, and how many pieces of 50 are in it?")
        .mistake(200, "In each update all rows are read at once.")
        .mistake(500, "So long is a row. How many pieces is it read in?")
        .mistake(11, "The last character is no input, so the rows come out even.")
        .mistake(10_000, "So many predictions are made. How many of them are in one update?")
        .mistake(9_951, "That is how many windows there are.")
        .otherwise("Each update makes B times T predictions.")
        .right("A thousand predictions in each. With windows there would be nearly as many examples as characters.")
}

fn one_hot_model() -> Task {
    Task::function("08/one-hot-model", sizes, |arguments| counted(arguments, |v, h| 4 * h * (v + h + 2) + v * (h + 1)))
        .begin("Two parts have parameters. How many numbers does the LSTM read at a step?")
        .confused_with(
            |arguments| counted(arguments, |v, h| v * v + 4 * h * (v + h + 2) + v * (h + 1)),
            "There is no table to be learned: a one-hot vector is made from the id alone.",
        )
        .confused_with(
            |arguments| counted(arguments, |v, h| 4 * h * (1 + h + 2) + v * (h + 1)),
            "That is with the id as a single number. How long is a one-hot vector?",
        )
        .confused_with(
            |arguments| counted(arguments, |v, h| 4 * h * (v + h + 1) + v * (h + 1)),
            "That is with one bias for each unit of a layer, as Keras has it. PyTorch's layers have two.",
        )
        .confused_with(
            |arguments| counted(arguments, |v, h| 4 * h * (v + h) + v * (h + 1)),
            "The layers inside the LSTM have biases, two each.",
        )
        .confused_with(|arguments| counted(arguments, |v, h| 4 * h * (v + h + 2) + v * h), "The head has a bias.")
        .confused_with(
            |arguments| counted(arguments, |v, h| 4 * h * (v + h + 2)),
            "That is the LSTM. What gives the logits?",
        )
        .confused_with(
            |arguments| counted(arguments, |v, h| h * (v + h + 2) + v * (h + 1)),
            "An LSTM has four layers inside.",
        )
        .otherwise("Four layers inside the LSTM, which read V numbers; a head from H to V.")
        .right("4H numbers for each character in the LSTM's input weights: a table without the name of one.")
}

fn temperature() -> Task {
    // the ratio of 9 becomes its square root, 3
    Task::value("08/temperature", 0.75)
        .within(0.001)
        .begin("The ratio is 9. What happens to it when its logarithm is halved?")
        .mistake(81.0 / 82.0, "That is at a temperature of one half: the first became likelier.")
        .mistake(0.9, "That is at temperature 1.")
        .mistake(0.45, "Not the probabilities are divided, but the logits. What do the two probabilities add up to?")
        .mistake(0.948_683, "The roots of both probabilities, yes. Do they add up to 1?")
        .mistake(0.25, "That is the probability of the second.")
        .mistake(0.818_182, "Half the ratio? Its logarithm is halved.")
        .otherwise("Two probabilities with a known ratio that add up to 1.")
        .right("Nine to one became three to one.")
}

fn top_p() -> Task {
    // 0.5 + 0.2 < 0.8 <= 0.5 + 0.2 + 0.15
    Task::value("08/top-p", [10.0 / 17.0, 4.0 / 17.0, 3.0 / 17.0])
        .within(0.001)
        .begin("Add them up from the likeliest until p is reached. What must the kept ones add up to?")
        .mistake([0.5, 0.2, 0.15], "Those are kept. Do they add up to 1?")
        .mistake([5.0 / 7.0, 2.0 / 7.0], "Together those two have not reached p yet.")
        .mistake([0.5, 0.2, 0.15, 0.1, 0.05], "That is what the model gives. Which are cut off?")
        .mistake([10.0 / 19.0, 4.0 / 19.0, 3.0 / 19.0, 2.0 / 19.0], "One fewer would have been enough to reach p.")
        .otherwise("As few as reach p together, and their probabilities divided by what they add up to.")
        .right("Three are kept here; where the model is sure it may be one.")
}

fn second_layer() -> Task {
    // 4 · 800 · (1000 + 800 + 2)
    Task::value("08/second-layer", 5_766_400)
        .begin("What does it read at a step, and how many units has it itself?")
        .mistake(5_763_200, "That is with one bias for each unit, as Keras counts. PyTorch has two.")
        .mistake(5_760_000, "The biases are missing.")
        .mistake(5_126_400, "It has 800 units, but that is not what it reads.")
        .mistake(7_208_000, "The other way round: how many units has the second layer?")
        .mistake(1_441_600, "That is one of the four layers inside.")
        .mistake_where(|n| n > 9e6, "That is more than the second layer alone.")
        .otherwise("4 H (D + H + 2): what are D and H of this layer?")
        .right("More than half of the whole network.")
}

fn true_or_false() -> Task {
    Task::choice("08/true-or-false", "ABDEH", 'H')
        .begin("Take them one by one; most of them were measured above.")
        .statement('A', "What is its loss, and what is e to that?")
        .statement('B', "Can one be computed from the other, without looking at the text again?")
        .statement('C', "What crosses the cut between two batches, and what does not?")
        .statement('D', "What becomes of the differences between logits?")
        .statement('E', "Compare the texts at the three temperatures, and the table below them.")
        .statement('F', "It takes the likeliest step each time. Remember where that led: how likely is such a text?")
        .statement('G', "Look at both curves of the few pages, learned again and again.")
        .statement('H', "What did the file hold besides, and which of it did the writing need?")
        .otherwise("Look at what was measured above.")
        .right("Most of it comes down to two distinctions: next character or text, training or held-out.")
}

/// Between 3 and 8 probabilities of characters that came, `[T]`.
fn probabilities(generator: &mut Generator) -> Result<Arguments> {
    let count = 3 + generator.below(6);
    let p: Vec<f32> = (0..count).map(|_| (0.02 + 0.96 * generator.next_f64()) as f32).collect();
    Ok(Arguments::Tensors(vec![Tensor::new(p, &Device::Cpu)?]))
}

fn measured(arguments: &Arguments, formula: fn(&Tensor) -> candle_core::Result<Tensor>) -> Result<Answer> {
    let Arguments::Tensors(tensors) = arguments else {
        return Ok(Answer::Nothing);
    };
    match &tensors[..] {
        [p] => Ok(formula(p)?.into()),
        _ => Ok(Answer::Nothing),
    }
}

/// V and H.
fn sizes(generator: &mut Generator) -> Result<Arguments> {
    Ok(Arguments::Sizes(vec![30 + generator.below(10), 50 + generator.below(20)]))
}

fn counted(arguments: &Arguments, formula: fn(usize, usize) -> usize) -> Result<Answer> {
    let Arguments::Sizes(sizes) = arguments else {
        return Ok(Answer::Nothing);
    };
    match sizes[..] {
        [v, h] => Ok(formula(v, h).into()),
        _ => Ok(Answer::Nothing),
    }
}
