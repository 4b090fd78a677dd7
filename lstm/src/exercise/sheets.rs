//! The exercises of the sheets in `notebooks/exercises`.

use candle_core::{D, DType, Device, Tensor};

use super::answer::Answer;
use super::function::Arguments;
use super::task::Task;
use crate::random::Generator;
use crate::{Activation, Result};

pub(super) fn exercises() -> Vec<Task> {
    [recurrent(), gated(), text(), applied()].concat()
}

/// Sheet 1, recurrent networks and gradients.
fn recurrent() -> Vec<Task> {
    vec![
        // tanh 1 = 0.761594, tanh(-1 + 0.5 · 0.761594) = tanh(-0.619203) = -0.550573
        Task::value("e1/forward", [0.761_594, -0.550_573])
            .within(0.001)
            .begin("The first state starts from 0. The second has a share of the first in it.")
            .mistake([0.761_594, -0.761_594], "The second state forgets the first.")
            .mistake([1.0, -0.5], "The activation function is missing.")
            .mistake([0.761_594, 0.881_130], "Look at the sign of the second input.")
            .mistake([0.761_594, -0.233_989], "The state goes into the sum with the weight u.")
            .otherwise("h₁ = tanh(w x₁), then h₂ = tanh(w x₂ + u h₁).")
            .right("Two numbers in, two states, one after the other."),
        Task::function("e1/rnn-step", layer, |arguments| stepped(arguments, true, true))
            .begin("Two products, a sum, the bias, and the activation function. Vectors are rows.")
            .confused_with(|arguments| stepped(arguments, false, true), "The state of the step before is missing.")
            .confused_with(|arguments| stepped(arguments, true, false), "The activation function is missing.")
            .otherwise("Compare the shapes: what must be transposed so that [B, D] becomes [B, H]?")
            .right("That line is a whole recurrent network, called once for each step."),
        // 36 · 10 + 50 · (10 + 50 + 1) + 36 · (50 + 1)
        Task::value("e1/parameters", 5246.0)
            .begin("Embedding: V · D. The cell: two matrices and a bias. Output layer: a matrix and a bias.")
            .mistake(14_396.0, "That is the same model with an LSTM.")
            .mistake(5296.0, "That is with PyTorch's two biases. Here each unit has one.")
            .mistake(4886.0, "The embedding is learned too.")
            .mistake(3410.0, "The output layer is missing.")
            .mistake(2746.0, "The recurrent matrix is missing.")
            .otherwise("Three layers: what has each?")
            .right("Replace the cell by an LSTM, and its share becomes four times as large."),
        // 0.9⁶ = 0.531, 0.9⁷ = 0.478
        Task::value("e1/half", 7.0)
            .begin("Solve for T with logarithms, then round to the side that keeps the promise.")
            .mistake(6.0, "After so many steps a little more than half is left.")
            .mistake_where(|n| (n - 6.5788).abs() < 0.01, "Steps are whole numbers.")
            .mistake(5.0, "That would be half of the first gradient taken away in equal pieces. Each step takes a tenth of what is left.")
            .otherwise("Multiply by 0.9 again and again, and count.")
            .right("The half-life of a gradient that loses a tenth at each step."),
        // identity and linear: the state adds up its inputs
        Task::value("e1/echo", 10.0)
            .begin("Write down the first three states. What does each add to the one before?")
            .mistake(4.0, "That is the last input. What about the states before?")
            .mistake(2.5, "The mean? Nothing divides here.")
            .mistake(24.0, "Nothing multiplies the inputs with each other.")
            .mistake(20.0, "h₄ is one of the sums, not the sum of all states.")
            .otherwise("With weights of 1 and no activation function each state is the last state plus the input.")
            .right("Each state is a summation of all inputs so far: nothing is lost, and nothing is told apart either."),
        Task::choice("e1/remedies", "BCE", 'E')
            .begin("Which of them can make a gradient longer, or keep it from becoming shorter?")
            .statement('A', "Can clipping lengthen anything?")
            .statement('B', "What does an orthogonal matrix do to the length of a vector?")
            .statement('C', "Compare the largest slopes of the two functions.")
            .statement('D', "Does a penalty make the weights larger or smaller?")
            .statement('E', "What is the gradient multiplied by along the cell state?")
            .otherwise("Explosion and vanishing have different remedies.")
            .right("The other two bound a gradient from above."),
    ]
}

/// Sheet 2, the LSTM and its relatives.
fn gated() -> Vec<Task> {
    vec![
        // c = 0.5 · 2 + 1 · 0.5 = 1.5; h = 0.5 · tanh 1.5 = 0.5 · 0.905148
        Task::value("e2/gates-by-hand", [1.5, 0.452_574])
            .within(0.001)
            .begin("First the memory: what stays and what is written. Then what is shown of it.")
            .mistake([1.5, 0.75], "What is shown is the gated tanh of the memory.")
            .mistake([1.5, 0.905_148], "The output gate is missing.")
            .mistake([2.25, 0.489_0], "Forget gate and input gate have changed places.")
            .mistake([2.5, 0.493_307], "The forget gate is missing.")
            .otherwise("c = f c + i c̃ with the old memory on the right side, then h = o tanh c.")
            .right("The memory is larger than 1; what is shown of it is not."),
        Task::function("e2/lstm-step", gates_and_memory, |arguments| {
            of_gates(arguments, |f, i, g, o, c| Ok(o.mul(&f.mul(c)?.add(&i.mul(g)?)?.tanh()?)?))
        })
        .begin("The new memory first, then the output gate's share of its tanh.")
        .confused_with(
            |arguments| of_gates(arguments, |f, i, g, _, c| Ok(f.mul(c)?.add(&i.mul(g)?)?)),
            "That is the new memory. What is shown of it?",
        )
        .confused_with(
            |arguments| of_gates(arguments, |f, i, g, o, c| Ok(o.mul(&f.mul(c)?.add(&i.mul(g)?)?)?)),
            "What is shown lies between -1 and 1: a function is missing.",
        )
        .confused_with(
            |arguments| of_gates(arguments, |f, i, g, o, c| Ok(o.mul(&i.mul(c)?.add(&f.mul(g)?)?.tanh()?)?)),
            "Forget gate and input gate have changed places.",
        )
        .otherwise("Four of the five lines of the lecture are the arguments. Which is the fifth, and what follows it?")
        .right("All of the LSTM but its four layers."),
        // 4 · 256 · (128 + 256 + 1)
        Task::value("e2/parameters", 394_240.0)
            .begin("Four layers inside, each with a matrix for the input, one for the state, and a bias.")
            .mistake(395_264.0, "That is PyTorch's count, with two biases for each unit.")
            .mistake(98_560.0, "That is one of the layers inside.")
            .mistake(295_680.0, "Three gates, yes, but the candidate has weights too.")
            .mistake(393_216.0, "The biases are missing.")
            .otherwise("For one layer inside: (units + inputs + 1) · units.")
            .right("The lecture's formula, with other numbers."),
        Task::choice("e2/gru", "ABD", 'D')
            .begin("Write both conventions down and put 0, 1 and one half into each.")
            .statement('A', "Put 0 into (1 − z) h + z n.")
            .statement('B', "Put 1 into (1 − z) h + z n.")
            .statement('C', "Put 0 into (1 − z) n + z h.")
            .statement('D', "What are the two shares then?")
            .otherwise("The two conventions are each other's mirror image.")
            .right("In the middle both agree, at the ends they are opposite."),
        Task::choice("e2/gradients", "ACD", 'D')
            .begin("The direct way along the cell state: which operations are on it?")
            .statement('A', "What stands before the old memory in the update?")
            .statement('B', "Is there a product with U between one memory and the next, on the direct way?")
            .statement('C', "What is 1 multiplied by itself?")
            .statement('D', "A gate of one half: how much is left after ten steps?")
            .otherwise("Look at the update alone.")
            .right("It can vanish there too, if the gate says so. That is the point: the network decides."),
    ]
}

/// Sheet 3, text.
fn text() -> Vec<Task> {
    vec![
        Task::choice("e3/true-or-false", "ABC", 'E')
            .begin("Take them one by one.")
            .statement('A', "Which three numbers does one have to know before one can lay the data out?")
            .statement('B', "What does `forward` of a cell take besides the input?")
            .statement('C', "What is a batch filled up to?")
            .statement('D', "What in an LSTM depends on the length of a sequence?")
            .statement('E', "Is there much data? Does the order matter for the question? How fast must it be?")
            .otherwise("Look each one up in the lectures on shapes and on text.")
            .right("The last one is a habit rather than a fact: try the simple model first."),
        // one batch: 4 · 10 - 27; two batches: 2 · 5 - 8 and 2 · 10 - 19
        Task::value("e3/padding", [13, 3])
            .begin("For each batch: its longest length times its number of sequences, less what is really there.")
            .mistake([3, 13], "Right numbers, in the other order.")
            .mistake([40, 30], "Those are all steps. Take away those that are not padding.")
            .mistake([13, 13], "In two batches each is filled up to its own longest sequence.")
            .mistake([27, 27], "That is what is not padding.")
            .otherwise("Write the four sequences below each other and fill up.")
            .right("Sequences of similar length in a batch waste little."),
        Task::value("e3/numericalise", [2, 5, 4, 1, 3])
            .begin("Number the words of the training sentence as they first appear, from 2 on.")
            .mistake([2, 5, 4, 0, 3], "0 stands for padding. The word that is not known has a number of its own.")
            .mistake([0, 3, 2, 4, 1], "The first two numbers are taken.")
            .mistake([2, 5, 4, 6, 3], "The vocabulary is made from the training data and does not grow afterwards.")
            .mistake([2, 6, 4, 1, 3], "A word that comes again gets no second number.")
            .otherwise("Write the vocabulary as a table first.")
            .right("Words that training has never seen become one and the same number."),
        Task::value("e3/shape", [30, 16, 100])
            .begin("Time first: steps, batch, numbers of each step.")
            .mistake([16, 30, 100], "That is with the batch first.")
            .mistake([30, 16, 5000], "That would be one-hot vectors. The embedding makes them shorter.")
            .mistake([30, 16], "Those are the word numbers, before the embedding looks them up.")
            .mistake([30, 16, 64], "That is what comes out of the network.")
            .otherwise("What does one word become in the embedding?")
            .right("Each word number has become a row of the embedding."),
    ]
}

/// Sheet 4, applications and generation.
fn applied() -> Vec<Task> {
    vec![
        // softmax of (4, 2, 0)
        Task::value("e4/temperature", [0.866_814, 0.117_310, 0.015_876])
            .within(0.001)
            .begin("Divide the scores by the temperature, then take the softmax.")
            .mistake([0.665_241, 0.244_728, 0.090_031], "That is at temperature 1.")
            .mistake([0.506_480, 0.307_196, 0.186_324], "You multiplied by the temperature.")
            .mistake([0.015_876, 0.117_310, 0.866_814], "The largest score gets the largest probability.")
            .mistake([54.598_15, 7.389_056, 1.0], "Exponentials, yes. Probabilities add up to 1.")
            .otherwise("At half the temperature the differences of the scores are twice as large.")
            .right("The likeliest gains, the others lose."),
        Task::function("e4/softmax-with-temperature", scores_and_temperature, |arguments| {
            tempered(arguments, |s, t| softmax(&s.broadcast_div(t)?))
        })
        .begin("Scale the scores first. Both arguments are tensors: `broadcast_div` divides by one that is smaller.")
        .confused_with(|arguments| tempered(arguments, |s, _| softmax(s)), "The temperature is not used.")
        .confused_with(
            |arguments| tempered(arguments, |s, t| softmax(&s.broadcast_mul(t)?)),
            "Try a very high temperature: the probabilities should become more alike.",
        )
        .confused_with(
            |arguments| tempered(arguments, |s, t| Ok(softmax(s)?.broadcast_div(t)?)),
            "Does your result add up to 1? The temperature acts on the scores.",
        )
        .confused_with(
            |arguments| tempered(arguments, |s, t| Ok(s.broadcast_div(t)?.exp()?)),
            "Does your result add up to 1?",
        )
        .otherwise("Compare with temperature 1, where it must be the plain softmax.")
        .right("One number between boring and absurd."),
        Task::choice("e4/sampling", "ABD", 'E')
            .begin("Think of the scores divided by the temperature, and what the softmax makes of their differences.")
            .statement('A', "What becomes of the differences when one divides by a number near 0?")
            .statement('B', "What becomes of rare symbols when the probabilities are more alike?")
            .statement('C', "Does dividing by a positive number change the order of the scores?")
            .statement('D', "Divide by 1.")
            .statement('E', "What happens if a model without chance comes back to a state in which it was before?")
            .otherwise("Try it with three scores.")
            .right("Low temperatures repeat, high ones babble."),
        // the windows end at characters 101 … 1000
        Task::value("e4/windows", 900.0)
            .begin("The first window is characters 0 to 99 and its target is character 100. Where is the last target?")
            .mistake(901.0, "The last window has no character after it.")
            .mistake(10.0, "The windows overlap: each starts one character after the one before.")
            .mistake(1000.0, "The first hundred characters have no hundred before them.")
            .mistake(899.0, "Count again, with both ends.")
            .otherwise("Every character that has a hundred before it is a target once.")
            .right("Nearly as many examples as characters."),
        // right: 9 + 10 + 8 + 9 of 40; of the ten of class 2, eight are found
        Task::value("e4/confusion", [0.9, 0.8])
            .begin("Right answers stand on the diagonal. A row holds the cases that really are of its class.")
            .mistake([0.9, 1.0], "That is a column: of those that were called so, how many are. Look along the row.")
            .mistake([36.0, 8.0], "Those are the right answers. Their shares are asked for.")
            .mistake([0.8, 0.9], "Right numbers, in the other order.")
            .mistake([0.1, 0.2], "Those are the shares of the wrong answers.")
            .otherwise("All right answers by all cases; then the same in one row.")
            .right("A good average can hide a class that is often missed."),
        Task::choice("e4/encoder-decoder", "ADE", 'F')
            .begin("For which is the input a sequence, and the answer another one of its own length?")
            .statement('A', "The text of a program goes in. What comes out?")
            .statement('B', "Is one picture a sequence?")
            .statement('C', "How many answers does a recording get?")
            .statement('D', "Do both sentences have the same number of words?")
            .statement('E', "Frames in, words out.")
            .statement('F', "How many predictions does it make for each character that it reads, and when?")
            .otherwise("Compare with the five architectures of the first lecture.")
            .right("One network reads, another writes, and the state is all that goes from one to the other."),
    ]
}

/// `x` `[B, D]`, `h` `[B, H]`, `w` `[H, D]`, `u` `[H, H]` and `b` `[H]`.
fn layer(generator: &mut Generator) -> Result<Arguments> {
    let mut draw = |dims: &[usize]| generator.randn(dims, DType::F32, &Device::Cpu);
    Ok(Arguments::Tensors(vec![draw(&[2, 3])?, draw(&[2, 5])?, draw(&[5, 3])?, draw(&[5, 5])?, draw(&[5])?]))
}

fn stepped(arguments: &Arguments, recurrent: bool, squashed: bool) -> Result<Answer> {
    let Arguments::Tensors(tensors) = arguments else {
        return Ok(Answer::Nothing);
    };
    let [x, h, w, u, b] = &tensors[..] else {
        return Ok(Answer::Nothing);
    };
    let mut sum = x.matmul(&w.t()?)?.broadcast_add(b)?;
    if recurrent {
        sum = sum.add(&h.matmul(&u.t()?)?)?;
    }
    Ok(if squashed { sum.tanh()?.into() } else { sum.into() })
}

/// The forget and input gates, the candidate, the output gate and the old memory.
fn gates_and_memory(generator: &mut Generator) -> Result<Arguments> {
    let mut draw = || generator.randn((3, 4), DType::F32, &Device::Cpu);
    let (f, i, g, o, c) = (draw()?, draw()?, draw()?, draw()?, draw()?);
    let gate = |raw: &Tensor| Activation::Sigmoid.apply(raw);
    Ok(Arguments::Tensors(vec![gate(&f)?, gate(&i)?, g.tanh()?, gate(&o)?, c.affine(2.0, 0.0)?]))
}

type OfGates = fn(&Tensor, &Tensor, &Tensor, &Tensor, &Tensor) -> Result<Tensor>;

fn of_gates(arguments: &Arguments, formula: OfGates) -> Result<Answer> {
    let Arguments::Tensors(tensors) = arguments else {
        return Ok(Answer::Nothing);
    };
    match &tensors[..] {
        [f, i, g, o, c] => Ok(formula(f, i, g, o, c)?.into()),
        _ => Ok(Answer::Nothing),
    }
}

/// Scores `[V]` and a temperature `[1]` away from 1.
fn scores_and_temperature(generator: &mut Generator) -> Result<Arguments> {
    let scores = generator.randn(6, DType::F32, &Device::Cpu)?.affine(2.0, 0.0)?;
    let temperature = Tensor::new(&[0.3 + 0.4 * generator.next_f64() as f32], &Device::Cpu)?;
    Ok(Arguments::Tensors(vec![scores, temperature]))
}

fn tempered(arguments: &Arguments, formula: fn(&Tensor, &Tensor) -> Result<Tensor>) -> Result<Answer> {
    let Arguments::Tensors(tensors) = arguments else {
        return Ok(Answer::Nothing);
    };
    match &tensors[..] {
        [scores, temperature] => Ok(formula(scores, temperature)?.into()),
        _ => Ok(Answer::Nothing),
    }
}

fn softmax(scores: &Tensor) -> Result<Tensor> {
    Ok(candle_nn::ops::softmax(scores, D::Minus1)?)
}
