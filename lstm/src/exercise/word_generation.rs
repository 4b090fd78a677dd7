//! The exercises of `09_word_generation`.

use super::answer::Answer;
use super::function::Arguments;
use super::task::Task;
use crate::Result;
use crate::random::Generator;

pub(super) fn exercises() -> Vec<Task> {
    vec![
        joined_lines(),
        rolled_targets(),
        parameters(),
        bits_per_character(),
        mixed_probability(),
        softmax_twice(),
        word_from_nowhere(),
        true_or_false(),
    ]
}

fn joined_lines() -> Task {
    // 9 + 6 + 6 + 7 words; `minds` + `Admit` and `love` + `Which` grow together
    Task::value("09/joined-lines", [28, 26])
        .begin("Count the words of the four lines. Then look at the three places where one line ends and the next begins.")
        .mistake([26, 28], "Right numbers, in the other order.")
        .mistake([28, 25], "Joined, three pairs of words come together. But what stands between the third and the fourth line, and what becomes of it?")
        .mistake([28, 28], "What stands between `minds` and `Admit` once the line break has been taken out?")
        .mistake([27, 25], "Your two numbers are as far apart as they should be. Count the words again.")
        .otherwise("The first number is the words of the verse. In the second, a pair of words counts once where nothing is left between them.")
        .right("Two of three line ends make a word that nobody wrote. Where a comma stands at the end of the line, the space that takes its place saves the words.")
}

fn rolled_targets() -> Task {
    // one in each row of 50
    Task::value("09/rolled-targets", 0.02)
        .begin("In each row of 50 words, look at every target: is it the word that comes next in the text?")
        .mistake(0.01, "How many rows there are makes no difference: it is the same in each. How many targets has a row, and how many are wrong?")
        .mistake(2.0, "The share as a number between 0 and 1, please.")
        .mistake(100.0, "So many are wrong in a batch. Out of how many?")
        .mistake(0.98, "That is the share of the right ones.")
        .mistake(1.0 / 51.0, "So many words a window of 50 + 1 has. A row of the rolled batch has only 50.")
        .otherwise("Only the last target of a row can be wrong.")
        .right("One in fifty. Nothing crashes and the loss still falls, which makes it a bug that one finds only by looking.")
}

fn parameters() -> Task {
    // 5 000 · 100 + 4 · 200 · (100 + 200 + 2) + 5 000 · (200 + 1)
    Task::value("09/parameters", 1_746_600)
        .begin("Three parts: the table, the LSTM with its four gates, and the linear layer with a row for each word.")
        .mistake(1_741_600, "The linear layer has a bias, one number for each word.")
        .mistake(1_745_800, "That is with one bias in each gate, as Keras has it. Here, as in PyTorch, there are two.")
        .mistake(1_745_000, "The gates have biases, two for each unit.")
        .mistake(1_246_600, "That is without the table. Its rows are learned too.")
        .mistake(741_600, "The linear layer is missing.")
        .mistake(241_600, "That is the LSTM alone.")
        .mistake(1_565_400, "That has one gate only. An LSTM has three, and the candidate.")
        .mistake_where(|n| n > 5e6, "How many words a text has, a batch or a window plays no part.")
        .otherwise("V·E for the table, 4·H·(E + H + 2) for the LSTM, V·(H + 1) for the linear layer.")
        .right("Six sevenths of it stand before and after the LSTM: the price of a vocabulary.")
}

fn bits_per_character() -> Task {
    // log₂ 128 = 7 bits for 5 characters
    Task::value("09/bits-per-character", 1.4)
        .within(5e-3)
        .begin("How many bits has a word, if its perplexity is 128? And how many characters share them?")
        .mistake(7, "So many bits for a word. How many for one of its characters?")
        .mistake(1.75, "The space after a word has to be written too, and is counted among the five.")
        .mistake_where(|n| (n - 0.970).abs() < 0.003, "That is in nats. A bit is ln 2 of them.")
        .mistake(25.6, "Perplexity is the power of a loss. Take the logarithm first, then share it out.")
        .mistake(35, "The bits of a word are shared among its characters: divide.")
        .mistake_where(
            |n| (n - 2.639).abs() < 0.005,
            "That is the fifth root of the perplexity: the perplexity of a character. How many bits is it?",
        )
        .otherwise("The loss of a word in bits, divided by its characters.")
        .right("Losses add up along a text, so they can be shared out among smaller pieces. Perplexities cannot.")
}

fn mixed_probability() -> Task {
    Task::function("09/mixed-probability", counts_and_share, |arguments| {
        probability(arguments, |pair, before, alone| {
            if before > 0.0 { 0.5 * pair / before + 0.5 * alone } else { alone }
        })
    })
    .begin("How often did this word follow, out of all times that something followed? Half of that, and half of the word's own share.")
    .confused_with(
        |arguments| {
            probability(arguments, |pair, before, alone| {
                0.5 * alone + if before > 0.0 { 0.5 * pair / before } else { 0.0 }
            })
        },
        "If the word before was never seen, your probabilities of all words add up to one half. Where should the other half come from?",
    )
    .confused_with(
        |arguments| probability(arguments, |pair, before, alone| if before > 0.0 { pair / before } else { alone }),
        "That is the share of the pair alone: 0 for pairs that were not seen. Mix it with the word's own share.",
    )
    .confused_with(
        |arguments| {
            probability(
                arguments,
                |pair, before, alone| if before > 0.0 { pair / before + alone } else { alone },
            )
        },
        "Add up your probabilities of all words: they should make 1. Take half of each part.",
    )
    .otherwise("Try it with numbers of your own: a pair seen 3 times out of 12 and a share of 0.05; then a word before that was never seen.")
    .right("No word is impossible any more, and all words together still have probability 1.")
}

fn softmax_twice() -> Task {
    // probabilities lie in [0, 1]; at best 1 for the right word and 0 for all others: ln((e + 999) / e)
    Task::value("09/softmax-twice", 5.909)
        .within(0.002)
        .begin("The loss takes what it gets for logits. If these are probabilities, how far apart can two of them be at most?")
        .mistake(0, "With logits of any size the loss may come as near to 0 as one likes. Here the largest \"logit\" is 1 and the smallest 0.")
        .mistake_where(|n| (n - 6.908).abs() < 0.005, "That is the loss where all words are as likely. The best case is a 1 for the right word and 0 for the others.")
        .mistake_where(|n| n > 0.0 && n < 0.01, "That is a probability. The loss is minus its logarithm.")
        .mistake_where(|n| (n - 368.5).abs() < 0.5, "That is 1 over the probability. The loss is its logarithm.")
        .mistake_where(|n| n < 0.0, "A cross entropy is never negative: mind the sign.")
        .otherwise("e¹ for the right word, e⁰ for each of the 999 others: which probability does the second softmax give to the right word?")
        .right("A model that is certain and right would be told that it is hardly better than guessing: its loss starts at 6.91 and can never get below 5.91. No error message says why.")
}

fn word_from_nowhere() -> Task {
    // 1 - 0.9⁸
    Task::value("09/word-from-nowhere", 0.569_53)
        .within(2e-3)
        .begin("How likely is it that none of the eight words is from the tail?")
        .mistake_where(|n| (n - 0.430_47).abs() < 2e-3, "That is the probability that no word of the line is from the tail.")
        .mistake(0.8, "With eleven words that would be more than certain. Probabilities of things that can happen together do not just add up.")
        .mistake(0.1, "That is for one word. The line has eight.")
        .mistake_where(|n| (n - 0.382_64).abs() < 2e-3, "That is for exactly one such word. At least one is asked for.")
        .mistake_where(|n| n > 0.0 && n < 1e-4, "That is the probability that all eight are from the tail.")
        .otherwise("One minus the probability that all eight words are from the likely part.")
        .right("More than every second line has a word from nowhere, though each single choice is most likely a good one. And the model has to go on from it.")
}

fn true_or_false() -> Task {
    Task::choice("09/true-or-false", "BDEG", 'H')
        .begin("Take them one by one; nearly all of them were measured above.")
        .statement('A', "What does the unknown word count as when it is predicted rightly, and how often is it there in a smaller vocabulary?")
        .statement('B', "Which of the parameters were counted for each word?")
        .statement('C', "In the figure of the loss by position: where do the two lines differ, and where not?")
        .statement('D', "Which sort of windows has a state that comes from the words before, and which gradient crosses the cut?")
        .statement('E', "Compare the rows of the table of rivals.")
        .statement('F', "Look at what was written with the likeliest word each time.")
        .statement('G', "Look at the table of how many words are kept, for different words before.")
        .statement('H', "Which words did the model see near each other, and which did it see in the same places?")
        .otherwise("Look at what was measured above.")
        .right("Keep the vocabulary, the held-out text and the rivals in sight, and a perplexity means something.")
}

/// How often a pair was seen, how often its first word was followed by anything, and the share of its second word in the
/// text. The first word of some was never seen.
fn counts_and_share(generator: &mut Generator) -> Result<Arguments> {
    let before = if generator.below(2) == 0 { 0 } else { 1 + generator.below(40) };
    let pair = generator.below(before + 1);
    Ok(Arguments::Numbers(vec![pair as f64, before as f64, 0.001 + 0.05 * generator.next_f64()]))
}

/// What `mix` makes of the two counts and the share.
fn probability(arguments: &Arguments, mix: fn(f64, f64, f64) -> f64) -> Result<Answer> {
    let Arguments::Numbers(numbers) = arguments else {
        return Ok(Answer::Nothing);
    };
    let [pair, before, alone] = numbers[..] else {
        return Ok(Answer::Nothing);
    };
    Ok(Answer::Number(mix(pair, before, alone)))
}
