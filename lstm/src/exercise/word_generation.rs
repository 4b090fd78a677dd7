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
        perplexity(),
        mixed_probability(),
        softmax_twice(),
        top_p(),
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

fn perplexity() -> Task {
    // 1, 2, 3 and 2 bits: 8 bits for 4 words
    Task::value("09/perplexity", 4)
        .within(0.01)
        .begin("First the loss of each word, −ln p (in bits it is easier here), then the mean of the four, then back.")
        .mistake(2, "That is the mean loss in bits. How many equally likely words does it correspond to?")
        .mistake(4.5, "That is the mean of 1/p. The mean is taken of the logarithms.")
        .mistake_where(|n| (n - 3.556).abs() < 0.01, "That is 1 over the mean probability. The mean is taken of the logarithms.")
        .mistake_where(|n| (n - 1.386).abs() < 0.01, "That is the mean loss in nats. Perplexity is e to the power of it.")
        .mistake_where(|n| (n - 7.389).abs() < 0.01, "Your loss is in bits, so its power is one of 2.")
        .mistake(256, "That is 1 over the probability of all four words together. Perplexity is for each word: take the fourth root.")
        .mistake(8, "So many bits for four words. And for one?")
        .otherwise("The perplexity is 1 over the geometric mean of the probabilities.")
        .right("On average as uncertain as between four equally likely words.")
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

fn top_p() -> Task {
    // 0.45 + 0.25 = 0.70 < 0.8; + 0.15 = 0.85; 0.45 / 0.85
    Task::value("09/top-p", [3.0, 0.529_41])
        .within(1e-3)
        .begin("Add up the probabilities from the largest on until the sum is at least p. Then divide each by that sum.")
        .mistake([3.0, 0.45], "Three words, right. But their probabilities have to add up to 1 again.")
        .mistake([2.0, 0.642_86], "Two words have 0.70 together, which is not yet p. Fewer than needed is too few.")
        .mistake([3.0, 0.562_5], "Divide by what the three words really have together, not by p.")
        .mistake([4.0, 0.473_68], "One word too many: at which word does the sum reach p?")
        .mistake([5.0, 0.45], "That is all of them. The cut is where the sum reaches p.")
        .otherwise("How many are kept, and the probability of the first of them among those.")
        .right("How many words are kept depends on how sure the model is: two here if p were 0.7, and one if the first had 0.8.")
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
