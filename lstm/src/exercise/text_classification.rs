//! The exercises of `07_text_classification`.

use candle_core::{DType, Device, Tensor};

use super::answer::Answer;
use super::function::Arguments;
use super::task::Task;
use crate::Result;
use crate::random::Generator;

pub(super) fn exercises() -> Vec<Task> {
    vec![
        vocabulary_size(),
        embedding_parameters(),
        masked_mean(),
        padded_positions(),
        sorted_positions(),
        true_or_false(),
    ]
}

fn vocabulary_size() -> Task {
    // a 4, rose 3, is 3, tulip 1, and 1, no 1; at least 2: a, rose, is; and two special tokens
    Task::value("07/vocabulary-size", 5)
        .begin("Count how often each word is there. Which are there often enough, and what else has a number?")
        .mistake(6, "Those are all the words. Which of them are seen often enough?")
        .mistake(8, "That would be all words and the special tokens. Which words are seen often enough?")
        .mistake(3, "Those are the words seen often enough. What else gets a number?")
        .mistake(4, "Two tokens have a number without being words of the text.")
        .mistake_where(|n| n > 8.0, "Count each word once, however often it is there.")
        .otherwise("Words seen at least twice, and the special tokens.")
        .right("Three words are seen at least twice, and two special tokens come before them.")
}

fn embedding_parameters() -> Task {
    // 9 000 · 50
    Task::value("07/embedding-parameters", 450_000)
        .begin("One row for each entry of the vocabulary. How long is a row, and is there a bias?")
        .mistake(450_050, "There is no bias: a row is picked, and that is all.")
        .mistake(459_000, "There is no bias: a row is picked, and that is all.")
        .mistake(9_000, "So many rows. How many numbers has each?")
        .mistake(50, "So long is one row. How many rows are there?")
        .mistake_where(|n| n > 1e6, "How long the sentences are, and how many, plays no part.")
        .otherwise("Rows times the length of a row.")
        .right(
            "One row of 50 numbers for each entry, and nothing else: usually most of a small classifier's parameters.",
        )
}

fn masked_mean() -> Task {
    Task::function("07/masked-mean", outputs_and_mask, |arguments| {
        pooled(arguments, |outputs, mask| outputs.broadcast_mul(mask)?.sum(0)?.broadcast_div(&mask.sum(0)?))
    })
    .begin("Which numbers may the sum take in, and how many are those for each sentence?")
    .confused_with(
        |arguments| pooled(arguments, |outputs, _| outputs.mean(0)),
        "That is the mean over all steps: what stands in the padding is in it too.",
    )
    .confused_with(
        |arguments| pooled(arguments, |outputs, mask| outputs.broadcast_mul(mask)?.mean(0)),
        "The padding adds nothing any more, but you still divide by all steps. How many does a sentence really have?",
    )
    .confused_with(
        |arguments| pooled(arguments, |outputs, mask| outputs.broadcast_mul(mask)?.sum(0)),
        "That is the sum of a sentence's own states. A mean divides by something.",
    )
    .confused_with(
        |arguments| pooled(arguments, |outputs, mask| outputs.sum(0)?.broadcast_div(&mask.sum(0)?)),
        "You divide by the right number, but the sum takes in what stands in the padding.",
    )
    .otherwise("Give the mask a third axis of length 1, so that it fits all units: what does it do to the padding, and what does its sum over time say?")
    .right("The padding adds nothing, and each sentence is divided by its own length.")
}

fn padded_positions() -> Task {
    // 4 · 9 - (3 + 9 + 4 + 6) = 36 - 22
    Task::value("07/padded-positions", 14)
        .begin("How long is the batch, and how many positions has it then?")
        .mistake(36, "Those are all positions. How many of them are filled with a sentence's own words?")
        .mistake(22, "Those are the words. How many positions are left over?")
        .mistake_where(|n| n < 0.0, "The other way round: positions minus words.")
        .mistake_where(|n| n == 9.0, "So long is the batch. How many positions is that for all its sentences?")
        .otherwise("Every sentence becomes as long as the longest.")
        .right("36 positions for 22 words.")
}

fn sorted_positions() -> Task {
    // (3, 4) and (6, 9): 2·4 + 2·9 - 22
    Task::value("07/sorted-positions", 4)
        .begin("Which sentences come together, and how long is each of the two batches?")
        .mistake(26, "Those are all positions of both batches. How many of them are padding?")
        .mistake(10, "That is how many positions sorting and cutting save. How many are still padding?")
        .mistake(14, "That is the padding of a single batch with all of them.")
        .mistake(
            8,
            "That is the padding of the shortest with the longest, and of the other two. Which are closest in length?",
        )
        .otherwise("Sort the four lengths, take them two by two, and count the padding of each pair.")
        .right("1 for the short pair and 3 for the long one, instead of 14.")
}

fn true_or_false() -> Task {
    Task::choice("07/true-or-false", "ABCF", 'H')
        .begin("Take them one by one; nearly all of them were measured above.")
        .statement('A', "Which axes has the tensor that goes into the layer, after the embedding?")
        .statement('B', "What goes into a step of an LSTM besides the input? Think of the arrows between two steps.")
        .statement('C', "Think of the two bars of the section on batches.")
        .statement('D', "What did the snippets in a batch have in common, and what not? And is there anything in the weights that fixes a length?")
        .statement('E', "Compare the two bars of the exam, and what each of the two cost.")
        .statement('F', "Where do the numbers of the entries come from: would they be the same with other snippets in the test part?")
        .statement('G', "Look at what the padding did to the last state when nobody stopped it.")
        .statement('H', "Which of the two models gives the same answer if you exchange two words?")
        .otherwise("Look at what was measured above.")
        .right("Sequences of like length save padding, any length will do, and order is worth something only where it changes the answer often.")
}

/// Outputs `[T, B, H]` with numbers in the padding too, and a mask `[T, B]`.
fn outputs_and_mask(generator: &mut Generator) -> Result<Arguments> {
    let (steps, batch, hidden) = (5 + generator.below(3), 2 + generator.below(2), 8 + generator.below(3));
    let outputs = generator.randn((steps, batch, hidden), DType::F32, &Device::Cpu)?;
    let lengths: Vec<usize> = (0..batch).map(|b| if b == 0 { steps } else { 1 + generator.below(steps - 1) }).collect();
    let own: Vec<f32> = (0..steps).flat_map(|t| lengths.iter().map(move |&n| f32::from(u8::from(t < n)))).collect();
    let mask = Tensor::from_vec(own, (steps, batch), &Device::Cpu)?;
    Ok(Arguments::Tensors(vec![outputs, mask]))
}

/// What `pool` makes of the outputs `[T, B, H]` and the mask, given to it as `[T, B, 1]`.
fn pooled(arguments: &Arguments, pool: fn(&Tensor, &Tensor) -> candle_core::Result<Tensor>) -> Result<Answer> {
    let Arguments::Tensors(tensors) = arguments else {
        return Ok(Answer::Nothing);
    };
    let [outputs, mask] = &tensors[..] else {
        return Ok(Answer::Nothing);
    };
    Ok(Answer::Tensor(pool(outputs, &mask.unsqueeze(2)?)?))
}
